package dev.dhow.agent.yaml;

import dev.dhow.agent.yaml.Forms.Read;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Forms of numbers with units: durations and sizes as Compose writes them, and parts of CPUs.
public final class Quantities {
    /// 0 or more.
    public static final Form<Duration> DURATION = duration(Duration.ZERO);
    /// A millisecond or more: what Docker takes between checks.
    public static final Form<Duration> INTERVAL = duration(Duration.ofMillis(1));
    /// Bytes; the units are binary.
    public static final Form<Long> SIZE = Forms.scalar("size", Quantities::size, Quantities::sizeText);
    /// Bytes, or -1 for "no limit".
    public static final Form<Long> SIZE_OR_UNLIMITED =
            Forms.scalar("size or -1", text -> text.equals("-1") ? Read.good(-1L) : size(text), Quantities::sizeText);
    /// Billionths of a CPU, written as a number of CPUs.
    public static final Form<Long> CPUS = Forms.scalar("number", Quantities::cpus, Quantities::cpusText);

    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(h|ms|us|m|s)");
    private static final Pattern SIZE_TEXT =
            Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?)(b|[kmgt]i?b?)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern CPU_TEXT = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,9})?");
    private static final BigDecimal LONGEST =
            BigDecimal.valueOf(Duration.ofDays(3650).toNanos());
    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000L);

    private Quantities() {}

    /// `500ms`, `7s`, `1h30m`.
    public static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        part(text, duration.toHours(), "h");
        part(text, duration.toMinutesPart(), "m");
        part(text, duration.toSecondsPart(), "s");
        part(text, duration.toMillisPart(), "ms");
        part(text, duration.toNanosPart() / 1000 % 1000, "us");
        return text.toString();
    }

    /// Reads what [#text] writes, and parts of units.
    public static Read<Duration> duration(String text) {
        return duration(text, Duration.ZERO);
    }

    private static void part(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit);
        }
    }

    private static Form<Duration> duration(Duration least) {
        return Forms.scalar("duration", text -> duration(text, least), Quantities::text);
    }

    private static Read<Duration> duration(String text, Duration least) {
        if (text.matches("[0-9]+(\\.[0-9]+)?")) {
            return Read.bad(
                    "expected a duration with its unit, found \"%s\"; write %ss or %sms".formatted(text, text, text));
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = DURATION_PART.matcher(text);
        int at = 0;
        while (at < text.length() && part.find(at) && part.start() == at) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(nanosOf(part.group(2))));
            at = part.end();
        }
        if (text.isEmpty() || at < text.length()) {
            String hint = text.matches("[0-9]+d") ? "; days are written in hours, 24h" : "";
            return Read.bad("expected a duration such as 500ms, 7s or 1h30m, found \"%s\"%s".formatted(text, hint));
        }
        if (nanos.compareTo(LONGEST) > 0) {
            return Read.bad("expected a duration of less than ten years, found \"%s\"".formatted(text));
        }
        // Microseconds are the finest unit that can be written back.
        Duration value = Duration.ofNanos(nanos.longValue() / 1000 * 1000);
        return value.compareTo(least) < 0
                ? Read.bad("expected %s or more, found \"%s\"".formatted(text(least), text))
                : Read.good(value);
    }

    private static BigDecimal nanosOf(String unit) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "h" -> 3_600_000_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "s" -> 1_000_000_000L;
                    case "ms" -> 1_000_000L;
                    default -> 1_000L;
                });
    }

    private static Read<Long> size(String text) {
        Matcher matcher = SIZE_TEXT.matcher(text);
        if (!matcher.matches()) {
            return Read.bad("expected a size such as 512m or 1g, found \"%s\"".formatted(text));
        }
        String unit = matcher.group(2) == null ? "b" : matcher.group(2).toLowerCase(Locale.ROOT);
        int power = Math.max(0, "bkmgt".indexOf(unit.charAt(0)));
        BigDecimal bytes = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(1L << (10 * power)))
                .setScale(0, RoundingMode.DOWN);
        return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Read.bad("\"%s\" is more than any machine has".formatted(text))
                : Read.good(bytes.longValue());
    }

    private static Object sizeText(long bytes) {
        if (bytes <= 0) {
            return bytes;
        }
        for (int power = 4; power > 0; power--) {
            long unit = 1L << (10 * power);
            if (bytes % unit == 0) {
                return bytes / unit + String.valueOf("bkmgt".charAt(power));
            }
        }
        return bytes + "b";
    }

    private static Read<Long> cpus(String text) {
        if (!CPU_TEXT.matcher(text).matches()) {
            return Read.bad("expected a number of CPUs such as 0.5, found \"%s\"".formatted(text));
        }
        long nanos = new BigDecimal(text).multiply(BILLION).longValueExact();
        return nanos == 0 ? Read.bad("expected more than 0 CPUs") : Read.good(nanos);
    }

    private static Object cpusText(long nanos) {
        BigDecimal cpus = BigDecimal.valueOf(nanos).divide(BILLION).stripTrailingZeros();
        return cpus.scale() < 0 ? cpus.setScale(0) : cpus;
    }
}
