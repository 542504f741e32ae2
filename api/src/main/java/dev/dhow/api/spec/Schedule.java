package dev.dhow.api.spec;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Times in UTC, as the five fields of cron say them: minute, hour, day of the month, month, day of the week.
///
/// A field is `*`, a number, a range `1-5`, each of them with a step `*/15`, or a list of these with commas. Months and
/// days of the week may be written with three letters. Where both days are restricted, that is where neither starts
/// with `*`, a day that fits either of them counts; else both must fit.
public final class Schedule {
    /// Gregorian dates, with their days of the week, repeat after so many years.
    private static final int YEARS_OF_A_CYCLE = 400;

    private final String text;
    private final long minutes;
    private final long hours;
    private final long days;
    private final long months;
    private final long weekdays;
    private final boolean either;

    private Schedule(String text, long[] fields, boolean either) {
        this.text = text;
        this.minutes = fields[0];
        this.hours = fields[1];
        this.days = fields[2];
        this.months = fields[3];
        this.weekdays = fields[4];
        this.either = either;
    }

    /// What reading gives.
    public sealed interface Parsed {
        /// It could be read, and comes to pass.
        record Good(Schedule schedule) implements Parsed {}

        /// It could not, or it never comes to pass.
        ///
        /// @param message for people: what is wrong and what to write
        record Bad(String message) implements Parsed {}
    }

    /// Reads five fields.
    public static Parsed parse(String text) {
        return ScheduleFields.parse(text);
    }

    static Schedule of(String text, long[] fields, boolean either) {
        return new Schedule(text, fields, either);
    }

    /// The first of its times after a moment.
    public Instant next(Instant after) {
        LocalDateTime from = LocalDateTime.ofInstant(after, ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.MINUTES)
                .plusMinutes(1);
        LocalDate day = from.toLocalDate();
        int hour = from.getHour();
        int minute = from.getMinute();
        LocalDate last = day.plusYears(YEARS_OF_A_CYCLE).plusDays(1);
        while (day.isBefore(last)) {
            if (!has(months, day.getMonthValue())) {
                day = day.withDayOfMonth(1).plusMonths(1);
            } else if (fits(day)) {
                int found = inDay(hour, minute);
                if (found >= 0) {
                    return day.atTime(found / 60, found % 60).toInstant(ZoneOffset.UTC);
                }
                day = day.plusDays(1);
            } else {
                day = day.plusDays(1);
            }
            hour = 0;
            minute = 0;
        }
        throw new IllegalStateException("\"%s\" never comes to pass, which parsing should have found".formatted(text));
    }

    /// Whether it comes to pass at all: 30 February does not.
    boolean everComes() {
        LocalDate first = LocalDate.of(2000, 1, 1);
        LocalDate last = first.plusYears(YEARS_OF_A_CYCLE);
        for (LocalDate day = first; day.isBefore(last); day = day.plusDays(1)) {
            if (has(months, day.getMonthValue()) && fits(day)) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(LocalDate day) {
        DayOfWeek weekday = day.getDayOfWeek();
        boolean ofMonth = has(days, day.getDayOfMonth());
        boolean ofWeek = has(weekdays, weekday == DayOfWeek.SUNDAY ? 0 : weekday.getValue());
        return either ? ofMonth || ofWeek : ofMonth && ofWeek;
    }

    /// The first minute of the day from there; -1: none.
    private int inDay(int fromHour, int fromMinute) {
        for (int hour = fromHour; hour < 24; hour++) {
            if (has(hours, hour)) {
                for (int minute = hour == fromHour ? fromMinute : 0; minute < 60; minute++) {
                    if (has(minutes, minute)) {
                        return hour * 60 + minute;
                    }
                }
            }
        }
        return -1;
    }

    private static boolean has(long field, int value) {
        return (field & (1L << value)) != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schedule that
                && minutes == that.minutes
                && hours == that.hours
                && days == that.days
                && months == that.months
                && weekdays == that.weekdays
                && either == that.either;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(minutes * 31 + hours * 17 + days * 13 + months * 7 + weekdays);
    }

    /// The five fields as they were written, with one space between them.
    @Override
    public String toString() {
        return text;
    }
}
