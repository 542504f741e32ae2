package dev.dhow.api.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

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
    /// The next pass, also of a text that is sent.
    public static final String PLAN = "/v1/plan";
    /// The problems of a text that is sent.
    public static final String VALIDATE = "/v1/validate";
    /// What answers in TLS handshakes.
    public static final String CERTIFICATES = "/v1/certificates";
    /// Lets the services go whose removal is held back.
    public static final String CONFIRM_REMOVAL = "/v1/confirm-removal";
    /// This host: its drain and its conditions.
    public static final String HOST = "/v1/host";
    /// The last health checks of load balancers.
    public static final String PROBES = "/v1/probes";
    /// Health fails, then connections end.
    public static final String DRAIN = "/v1/drain";
    /// Takes requests again.
    public static final String UNDRAIN = "/v1/undrain";

    private Paths() {}

    /// One service.
    public static String service(String name) {
        return SERVICES + "/" + encoded(name);
    }

    /// What is asked of one service.
    ///
    /// @param what `history`, or a verb such as `rollback`
    public static String service(String name, String what) {
        return service(name) + "/" + what;
    }

    /// A text as a part of a path or of a query.
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
