package dev.dhow.agent.docker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of the Engine's API, such as 1.41.
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /// The newest that this adapter was written for: Engine 28.5. Later ones still serve it.
    static final ApiVersion NEWEST = new ApiVersion(1, 51);
    /// The oldest that has all it needs: Engine 20.10.
    static final ApiVersion OLDEST = new ApiVersion(1, 41);
    /// From here a HEALTHCHECK has a `start_interval`: Engine 25.
    static final ApiVersion START_INTERVAL = new ApiVersion(1, 44);

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    /// @throws IllegalArgumentException when it is none
    static ApiVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"%s\" is not an API version".formatted(text));
        }
        return new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /// The version to speak with an Engine.
    ///
    /// @param min the oldest the Engine still speaks
    /// @param max the newest the Engine speaks
    /// @throws IllegalArgumentException when there is none, saying who is too old
    static ApiVersion negotiate(ApiVersion min, ApiVersion max) {
        if (max.compareTo(OLDEST) < 0) {
            throw new IllegalArgumentException(
                    "its newest API is %s, and Dhow needs %s; upgrade Docker to 20.10 or later".formatted(max, OLDEST));
        }
        if (min.compareTo(NEWEST) > 0) {
            throw new IllegalArgumentException(
                    "its oldest API is %s, and Dhow's newest is %s; upgrade Dhow".formatted(min, NEWEST));
        }
        return max.compareTo(NEWEST) < 0 ? max : NEWEST;
    }

    boolean atLeast(ApiVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major == other.major ? Integer.compare(minor, other.minor) : Integer.compare(major, other.major);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
