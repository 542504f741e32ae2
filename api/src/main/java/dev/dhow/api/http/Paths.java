package dev.dhow.api.http;

/// Where the API answers.
public final class Paths {
    /// The loop moves.
    public static final String HEALTHZ = "/healthz";
    /// The directory and Docker's list were read once.
    public static final String READYZ = "/readyz";
    /// Prometheus text.
    public static final String METRICS = "/metrics";
    /// All services.
    public static final String SERVICES = "/v1/services";
    /// The next pass.
    public static final String PLAN = "/v1/plan";

    private Paths() {}

    /// One service.
    public static String service(String name) {
        return SERVICES + "/" + name;
    }
}
