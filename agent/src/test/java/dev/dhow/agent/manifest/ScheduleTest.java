package dev.dhow.agent.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.spec.Schedule;
import dev.dhow.api.spec.Schedule.Parsed;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        * * * * *              | 2026-11-20T10:00:00Z     | 2026-11-20T10:01:00Z
        * * * * *              | 2026-11-20T10:00:59.999Z | 2026-11-20T10:01:00Z
        0 3 * * *              | 2026-11-20T03:00:00Z     | 2026-11-21T03:00:00Z
        0 3 * * *              | 2026-11-20T02:59:59Z     | 2026-11-20T03:00:00Z
        */15 * * * *           | 2026-11-20T10:46:00Z     | 2026-11-20T11:00:00Z
        5-20/5,50 9-17 * * *   | 2026-11-20T09:20:00Z     | 2026-11-20T09:50:00Z
        5-20/5,50 9-17 * * *   | 2026-11-20T17:50:00Z     | 2026-11-21T09:05:00Z
        59 23 31 12 *          | 2026-12-31T23:59:00Z     | 2027-12-31T23:59:00Z
        0 0 31 * *             | 2026-11-20T00:00:00Z     | 2026-12-31T00:00:00Z
        0 0 29 2 *             | 2026-11-20T00:00:00Z     | 2028-02-29T00:00:00Z
        0 0 29 2 *             | 2096-02-29T00:00:00Z     | 2104-02-29T00:00:00Z
        0 0 29 FEB *           | 2000-01-01T00:00:00Z     | 2000-02-29T00:00:00Z
        0 12 * * MON-fri       | 2026-11-20T12:00:00Z     | 2026-11-23T12:00:00Z
        0 0 * * 0              | 2026-11-20T00:00:00Z     | 2026-11-22T00:00:00Z
        0 0 * * 7              | 2026-11-20T00:00:00Z     | 2026-11-22T00:00:00Z
        0 0 * * 5-7            | 2026-11-21T00:00:00Z     | 2026-11-22T00:00:00Z
        0 0 13 * FRI           | 2026-11-20T00:00:00Z     | 2026-11-27T00:00:00Z
        0 0 13 * FRI           | 2026-12-12T00:00:00Z     | 2026-12-13T00:00:00Z
        0 0 */2 * MON          | 2026-11-20T00:00:00Z     | 2026-11-23T00:00:00Z
        0 0 */2 * TUE          | 2026-11-20T00:00:00Z     | 2026-12-01T00:00:00Z
        0 0 30 2 MON           | 2026-11-20T00:00:00Z     | 2027-02-01T00:00:00Z
        0 0 1 JAN-MAR/2,JUL *  | 2026-11-20T00:00:00Z     | 2027-01-01T00:00:00Z
        0 0 1 JAN-MAR/2,JUL *  | 2027-03-01T00:00:00Z     | 2027-07-01T00:00:00Z
        """)
    void comesNext(String fields, Instant after, Instant next) {
        assertEquals(next, good(fields).next(after));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0 3 * *        | expected five fields (minute, hour, day of the month, month, day of the week) such as "0 3 * * *", found 4 in "0 3 * *"
        0 0 3 * * *    | expected five fields (minute, hour, day of the month, month, day of the week) such as "0 3 * * *", found 6 in "0 0 3 * * *"
        ''             | expected five fields (minute, hour, day of the month, month, day of the week) such as "0 3 * * *", found 0 in ""
        @daily         | expected five fields, found "@daily"; write "0 0 * * *"
        @reboot        | expected five fields such as "0 3 * * *", found "@reboot"
        60 * * * *     | the minute is 0-59, *, or ranges, steps and lists of these; found "60"
        * 24 * * *     | the hour is 0-23, *, or ranges, steps and lists of these; found "24"
        * * 0 * *      | the day of the month is 1-31, *, or ranges, steps and lists of these; found "0"
        * * * MAI *    | the month is 1-12 or JAN-DEC, *, or ranges, steps and lists of these; found "MAI"
        * * * * 8      | the day of the week is 0-7 or SUN-SAT, *, or ranges, steps and lists of these; found "8"
        * * * * L      | the day of the week is 0-7 or SUN-SAT, *, or ranges, steps and lists of these; found "L"
        *-5 * * * *    | the minute is 0-59, *, or ranges, steps and lists of these; found "*-5"
        1,,2 * * * *   | the minute is 0-59, *, or ranges, steps and lists of these; found ""
        5/10 * * * *   | the minute is 0-59, *, or ranges, steps and lists of these; found "5/10"; a step needs a range, write 5-59/10
        */0 * * * *    | the minute is 0-59, *, or ranges, steps and lists of these; found "*/0"; a step is 1 or more
        * * * * FRI-MON | the day of the week is 0-7 or SUN-SAT, *, or ranges, steps and lists of these; found "FRI-MON"; the range ends before it starts, write it as two
        0 0 30 2 *     | "0 0 30 2 *" never comes to pass: no such month has that day
        0 0 31 4,6,9,11 * | "0 0 31 4,6,9,11 *" never comes to pass: no such month has that day
        """)
    void isRefusedWithWhatToWrite(String fields, String message) {
        assertEquals(message, Schedule.parse(fields) instanceof Parsed.Bad(String told) ? told : "good");
    }

    @Test
    void theSameTimesAreEqualHoweverTheyAreWritten() {
        assertEquals(good("0 0 * * 0"), good("0 0 * * SUN"));
        assertEquals(good("0-59  * * * *"), good("* * * * *"));
        assertNotEquals(good("0 0 13 * FRI"), good("0 0 13 * *"));
        assertEquals("0 3 * * *", good(" 0  3 * *\t* ").toString());
    }

    @Test
    void everyTimeIsLaterThanTheOneBefore() {
        Schedule schedule = good("*/7 3,22 1-31/3 * 1-5");
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < 1_000; i++) {
            Instant next = schedule.next(at);
            assertTrue(next.isAfter(at));
            // Nothing lies between: asked a second before, it is the same.
            assertEquals(next, schedule.next(next.minusSeconds(1)));
            at = next;
        }
    }

    private static Schedule good(String fields) {
        return switch (Schedule.parse(fields)) {
            case Parsed.Good(Schedule schedule) -> schedule;
            case Parsed.Bad(String message) -> throw new AssertionError(message);
        };
    }
}
