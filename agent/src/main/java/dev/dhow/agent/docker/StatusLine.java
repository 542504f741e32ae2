package dev.dhow.agent.docker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The human line in Docker's list, such as `Up 5 minutes (healthy)` or `Exited (137) About an hour ago`, taken apart
/// so that two of them tell whether something happened between: time alone only lets the age grow.
///
/// @param fixed the line without its age
/// @param age a number that grows with the age, coarse as the words are
record StatusLine(String fixed, long age) {
    private static final Pattern AGE = Pattern.compile(
            "(Less than a second|About a minute|About an hour|(\\d+) (second|minute|hour|day|week|month|year)s?)");

    static StatusLine parse(String text) {
        Matcher matcher = AGE.matcher(text);
        if (!matcher.find()) {
            return new StatusLine(text, 0);
        }
        String fixed = text.substring(0, matcher.start()) + text.substring(matcher.end());
        String number = matcher.group(2);
        return new StatusLine(fixed, number == null ? worded(matcher.group(1)) : counted(number, matcher.group(3)));
    }

    private static long worded(String words) {
        return switch (words) {
            case "About a minute" -> 60;
            case "About an hour" -> 3600;
            default -> 0;
        };
    }

    private static long counted(String number, String unit) {
        long seconds = switch (unit) {
            case "second" -> 1;
            case "minute" -> 60;
            case "hour" -> 3600;
            case "day" -> 86_400;
            case "week" -> 604_800;
            case "month" -> 2_592_000;
            default -> 31_536_000;
        };
        // More digits than any age has; a line that is so wrong only costs an inspect.
        return number.length() > 9 ? 0 : Long.parseLong(number) * seconds;
    }

    /// Whether time alone cannot have made this of the earlier one.
    boolean differsFrom(StatusLine earlier) {
        return !fixed.equals(earlier.fixed) || age < earlier.age;
    }
}
