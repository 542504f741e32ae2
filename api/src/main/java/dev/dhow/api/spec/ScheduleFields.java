package dev.dhow.api.spec;

import dev.dhow.api.spec.Schedule.Parsed;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the five fields of a [Schedule].
final class ScheduleFields {
    private static final Pattern PART = Pattern.compile("(\\*|[0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?(?:/([0-9]{1,3}))?");
    private static final Map<String, String> WORDS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private ScheduleFields() {}

    /// @param names of the values from the lowest on; none: they have no names
    private record Field(String name, int least, int most, List<String> names) {
        long all() {
            return bits(least, most, 1);
        }

        /// @return -1: it is none
        int value(String word) {
            int named = names.indexOf(word.toUpperCase(Locale.ROOT));
            if (named >= 0) {
                return least + named;
            }
            int number = word.matches("[0-9]{1,2}") ? Integer.parseInt(word) : -1;
            return number >= least && number <= most ? number : -1;
        }
    }

    private static final List<Field> FIELDS = List.of(
            new Field("minute", 0, 59, List.of()),
            new Field("hour", 0, 23, List.of()),
            new Field("day of the month", 1, 31, List.of()),
            new Field(
                    "month",
                    1,
                    12,
                    List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
            // 7 is Sunday too.
            new Field("day of the week", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")));

    static Parsed parse(String text) {
        String stripped = text.strip();
        if (stripped.startsWith("@")) {
            String meant = WORDS.get(stripped.toLowerCase(Locale.ROOT));
            return new Parsed.Bad(
                    meant == null
                            ? "expected five fields such as \"0 3 * * *\", found \"%s\"".formatted(text)
                            : "expected five fields, found \"%s\"; write \"%s\"".formatted(text, meant));
        }
        String[] words = stripped.split("\\s+");
        if (words.length != FIELDS.size()) {
            return new Parsed.Bad(
                    "expected five fields (minute, hour, day of the month, month, day of the week) such as \"0 3 * *"
                            + " *\","
                            + " found %d in \"%s\"".formatted(stripped.isEmpty() ? 0 : words.length, text));
        }
        long[] fields = new long[FIELDS.size()];
        for (int i = 0; i < fields.length; i++) {
            try {
                fields[i] = field(FIELDS.get(i), words[i]);
            } catch (Unreadable unreadable) {
                return new Parsed.Bad(unreadable.words);
            }
        }
        fields[4] = (fields[4] | fields[4] >> 7) & 0x7F;
        boolean either = !words[2].startsWith("*") && !words[4].startsWith("*");
        Schedule schedule = Schedule.of(String.join(" ", words), fields, either);
        return schedule.everComes()
                ? new Parsed.Good(schedule)
                : new Parsed.Bad("\"%s\" never comes to pass: no such month has that day".formatted(text));
    }

    private static long field(Field field, String text) throws Unreadable {
        long bits = 0;
        for (String part : text.split(",", -1)) {
            bits |= part(field, part);
        }
        return bits;
    }

    private static long part(Field field, String text) throws Unreadable {
        Matcher part = PART.matcher(text);
        if (!part.matches()) {
            throw unreadable(field, text, "");
        }
        boolean star = part.group(1).equals("*");
        String end = part.group(2);
        String step = part.group(3);
        if (star && end != null) {
            throw unreadable(field, text, "");
        }
        int from = star ? field.least() : value(field, part.group(1), text);
        int to = star ? field.most() : end == null ? from : value(field, end, text);
        if (from > to) {
            throw unreadable(field, text, "; the range ends before it starts, write it as two");
        }
        if (step == null) {
            return star ? field.all() : bits(from, to, 1);
        }
        if (!star && end == null) {
            throw unreadable(field, text, "; a step needs a range, write %s-%d/%s".formatted(from, field.most(), step));
        }
        int every = Integer.parseInt(step);
        if (every == 0) {
            throw unreadable(field, text, "; a step is 1 or more");
        }
        return bits(from, to, every);
    }

    private static int value(Field field, String word, String text) throws Unreadable {
        int value = field.value(word);
        if (value < 0) {
            throw unreadable(field, text, "");
        }
        return value;
    }

    private static long bits(int from, int to, int step) {
        long bits = 0;
        for (int value = from; value <= to; value += step) {
            bits |= 1L << value;
        }
        return bits;
    }

    private static Unreadable unreadable(Field field, String text, String hint) {
        String names = field.names().isEmpty()
                ? ""
                : " or %s-%s".formatted(field.names().getFirst(), field.names().getLast());
        return new Unreadable("the %s is %d-%d%s, *, or ranges, steps and lists of these; found \"%s\"%s"
                .formatted(field.name(), field.least(), field.most(), names, text, hint));
    }

    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final String words;

        Unreadable(String words) {
            super(words);
            this.words = words;
        }
    }
}
