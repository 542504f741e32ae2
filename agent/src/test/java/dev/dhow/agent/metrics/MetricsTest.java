package dev.dhow.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.agent.plan.Step;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.status.AgentView;
import dev.dhow.api.http.PlanBody;
import dev.dhow.api.status.CertificateStatus;
import dev.dhow.api.status.Condition;
import dev.dhow.api.status.Phase;
import dev.dhow.api.status.RoleStatus;
import dev.dhow.api.status.RolloutStatus;
import dev.dhow.api.status.ServiceStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.500Z");
    private static final double NOW_SECONDS = 1795168800.5;

    @TempDir
    Path dir;

    private List<ServiceStatus> services = List.of(service("shop", Condition.Status.True));
    private boolean dockerUp = true;
    private final Metrics metrics = new Metrics(View::new, new FixedTicker(), "1.2.3");

    @AfterEach
    void close() {
        metrics.close();
    }

    private static ServiceStatus service(String name, Condition.Status valid) {
        return new ServiceStatus(
                name,
                "3f2a9c10",
                null,
                null,
                Phase.Running,
                List.of(
                        condition(Condition.Type.Available, Condition.Status.False),
                        condition(Condition.Type.Degraded, Condition.Status.Unknown),
                        condition(Condition.Type.SourceValid, valid)),
                List.of(new RoleStatus("web", "reg/shop:1 \"x\"", 3, 2, 1, List.of())),
                null,
                List.of());
    }

    private static Condition condition(Condition.Type type, Condition.Status status) {
        return new Condition(type, status, "R", "m", NOW, null);
    }

    private void everythingHappens() {
        metrics.called("list", "success", Duration.ofMillis(3));
        metrics.called("create", "port_taken", Duration.ofMillis(30));
        metrics.probed("shop", "web", "failure", Duration.ofMillis(7));
        metrics.passed("shop", "success", Duration.ofMillis(7));
        metrics.failed("port_taken");
        metrics.acted("create");
        metrics.repaired("stopped");
        metrics.restarted("shop", "web", "unhealthy");
        metrics.pulled("success", Duration.ofSeconds(7));
        metrics.sourceChanged();
        metrics.rolledOut("shop", "rolled_back", Duration.ofSeconds(7));
        metrics.ran("shop", "web", true, NOW.minusSeconds(60));
        metrics.proxy().handshake("https", "success", "TLSv1.3", Duration.ofMillis(3));
        metrics.orders().orderEnded("success");
    }

    @Test
    void promtoolFindsNothingToSay() throws Exception {
        everythingHappens();
        Path scrape = Files.writeString(dir.resolve("scrape"), metrics.scrape());
        Path said = dir.resolve("said");
        Process promtool;
        try {
            promtool = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectInput(scrape.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError("this test needs promtool: apt-get install prometheus", e);
        }
        int code = promtool.waitFor();
        assertEquals("", Files.readString(said, StandardCharsets.UTF_8), metrics.scrape());
        assertEquals(0, code);
    }

    @Test
    void certificatesAreToldByTheHostsOfServices() {
        everythingHappens();
        metrics.proxy().handshake("https", "failure", "none", Duration.ofMillis(3));
        metrics.proxy().handshake("https", "success", "SomethingElse", Duration.ofMillis(3));
        String text = metrics.scrape();
        for (String line : List.of(
                "dhow_tls_certificate_not_after_timestamp_seconds{host=\"shop.example.com\"} 1.79516886E9",
                "dhow_acme_orders_total{result=\"success\"} 1.0",
                "dhow_tls_handshakes_total{listener=\"https\",result=\"failure\",version=\"none\"} 1.0",
                "dhow_tls_handshakes_total{listener=\"https\",result=\"success\",version=\"other\"} 1.0",
                "dhow_tls_handshake_duration_seconds_count{listener=\"https\"} 2")) {
            assertTrue(text.lines().toList().contains(line), line + "\n" + text);
        }
    }

    @Test
    void theFamiliesOfTheContractAreThere() {
        everythingHappens();
        String text = metrics.scrape();
        assertEquals("""
            process_cpu_seconds_total process_max_fds process_open_fds process_resident_memory_bytes \
            process_start_time_seconds process_virtual_memory_bytes\
            """, families(text, "process_"));
        assertEquals("""
            dhow_acme_orders_total dhow_build_info dhow_container_restarts_total dhow_docker_request_duration_seconds \
            dhow_docker_requests_total dhow_docker_up dhow_drift_repaired_total dhow_image_pull_duration_seconds \
            dhow_image_pulls_total dhow_probe_duration_seconds dhow_probe_total dhow_reconcile_actions_total \
            dhow_reconcile_duration_seconds dhow_reconcile_errors_total \
            dhow_reconcile_last_success_timestamp_seconds dhow_reconcile_total dhow_rollout_duration_seconds \
            dhow_rollout_in_progress dhow_rollouts_total dhow_schedule_last_success_timestamp_seconds \
            dhow_service_condition \
            dhow_service_info dhow_service_replicas_desired dhow_service_replicas_ready \
            dhow_service_replicas_running dhow_source_last_change_timestamp_seconds \
            dhow_source_removals_held dhow_source_valid dhow_tls_certificate_not_after_timestamp_seconds \
            dhow_tls_handshake_duration_seconds dhow_tls_handshakes_total\
            """, families(text, "dhow_"));
        assertTrue(families(text, "jvm_").contains("jvm_memory_used_bytes"), families(text, "jvm_"));
    }

    private static String families(String text, String prefix) {
        return text.lines()
                .filter(line -> line.startsWith("# TYPE " + prefix))
                .map(line -> line.split(" ")[2])
                .sorted()
                .collect(Collectors.joining(" "));
    }

    @Test
    void eachEventMovesItsSeries() {
        everythingHappens();
        has("dhow_docker_requests_total{operation=\"create\",result=\"port_taken\"} 1.0");
        has("dhow_docker_request_duration_seconds_bucket{operation=\"list\",le=\"0.005\"} 1");
        has("dhow_probe_total{result=\"failure\",role=\"web\",service=\"shop\"} 1.0");
        has("dhow_probe_total{result=\"timeout\",role=\"web\",service=\"shop\"} 0.0");
        has("dhow_probe_duration_seconds_count{role=\"web\",service=\"shop\"} 1");
        has("dhow_reconcile_total{result=\"success\"} 1.0");
        has("dhow_reconcile_errors_total{reason=\"port_taken\"} 1.0");
        has("dhow_reconcile_actions_total{action=\"create\"} 1.0");
        has("dhow_drift_repaired_total{kind=\"stopped\"} 1.0");
        has("dhow_container_restarts_total{reason=\"unhealthy\",role=\"web\",service=\"shop\"} 1.0");
        has("dhow_image_pulls_total{result=\"success\"} 1.0");
        has("dhow_image_pull_duration_seconds_bucket{le=\"10.0\"} 1");
        assertEquals(NOW_SECONDS, value("dhow_reconcile_last_success_timestamp_seconds"));
        assertEquals(NOW_SECONDS, value("dhow_source_last_change_timestamp_seconds"));
    }

    @Test
    void rolloutsAndRunsAreTold() {
        has("dhow_rollout_in_progress{service=\"shop\"} 0.0");
        has("dhow_rollouts_total{result=\"available\",service=\"shop\"} 0.0");
        assertFalse(metrics.scrape().contains("dhow_schedule"), "no run has ended well");
        everythingHappens();
        metrics.ran("shop", "web", false, NOW);
        has("dhow_rollouts_total{result=\"rolled_back\",service=\"shop\"} 1.0");
        has("dhow_rollout_duration_seconds_bucket{service=\"shop\",le=\"5.0\"} 0");
        has("dhow_rollout_duration_seconds_bucket{service=\"shop\",le=\"10.0\"} 1");
        assertEquals(
                NOW_SECONDS - 60, value("dhow_schedule_last_success_timestamp_seconds{role=\"web\",service=\"shop\"}"));
        assertEquals(
                List.of("available", "paused", "rolled_back", "superseded"), words("dhow_rollouts_total", "result"));
        ServiceStatus status = services.getFirst();
        services = List.of(new ServiceStatus(
                status.service(),
                status.revision(),
                null,
                null,
                status.phase(),
                status.conditions(),
                status.roles(),
                new RolloutStatus("3f2a9c10", "file", RolloutStatus.Outcome.PROGRESSING, NOW, null, "", null, null),
                List.of()));
        has("dhow_rollout_in_progress{service=\"shop\"} 1.0");
    }

    @Test
    void servicesAreShownAsTheyAreAtTheScrape() {
        has("dhow_build_info{java=\"" + Runtime.version() + "\",version=\"1.2.3\"} 1.0");
        has("dhow_service_info{image=\"reg/shop:1 \\\"x\\\"\",revision=\"3f2a9c10\",role=\"web\",service=\"shop\"}"
                + " 1.0");
        has("dhow_service_replicas_desired{role=\"web\",service=\"shop\"} 3.0");
        has("dhow_service_replicas_running{role=\"web\",service=\"shop\"} 2.0");
        has("dhow_service_replicas_ready{role=\"web\",service=\"shop\"} 1.0");
        has("dhow_service_condition{service=\"shop\",type=\"SourceValid\"} 1.0");
        has("dhow_service_condition{service=\"shop\",type=\"Available\"} 0.0");
        has("dhow_service_condition{service=\"shop\",type=\"Degraded\"} -1.0");
        has("dhow_source_valid{service=\"shop\"} 1.0");
        has("dhow_docker_up 1.0");
        dockerUp = false;
        services = List.of(service("shop", Condition.Status.Unknown));
        has("dhow_docker_up 0.0");
        has("dhow_source_valid{service=\"shop\"} 0.0");
        has("dhow_source_removals_held 0.0");
        metrics.removalsHeld(3);
        has("dhow_source_removals_held 3.0");
    }

    @Test
    void whatIsKnownBeforehandIsThereAtZero() {
        ReconcileMetrics.RESULTS.forEach(w -> has("dhow_reconcile_total{result=\"" + w + "\"} 0.0"));
        ReconcileMetrics.ACTIONS.forEach(w -> has("dhow_reconcile_actions_total{action=\"" + w + "\"} 0.0"));
        ReconcileMetrics.REPAIRS.forEach(w -> has("dhow_drift_repaired_total{kind=\"" + w + "\"} 0.0"));
        has("dhow_reconcile_errors_total{reason=\"internal\"} 0.0");
        has("dhow_image_pulls_total{result=\"rate_limited\"} 0.0");
        has("dhow_container_restarts_total{reason=\"policy\",role=\"web\",service=\"shop\"} 0.0");
        assertEquals(0.0, value("dhow_reconcile_last_success_timestamp_seconds"));
    }

    @Test
    void noWordIsThereThatNeverOccurs() {
        assertEquals(List.of("paused", "removed", "stopped"), words("dhow_drift_repaired_total", "kind"));
        assertEquals(List.of("exited", "policy", "unhealthy"), words("dhow_container_restarts_total", "reason"));
    }

    private List<String> words(String family, String label) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(family + "{"))
                .map(line -> line.replaceFirst(".*" + label + "=\"([^\"]*)\".*", "$1"))
                .sorted()
                .toList();
    }

    @Test
    void everyStepHasItsAction() {
        assertEquals(
                Step.class.getPermittedSubclasses().length,
                ReconcileMetrics.ACTIONS.size(),
                Arrays.toString(Step.class.getPermittedSubclasses()));
    }

    @Test
    void nothingIsLeftOfAServiceThatIsGone() {
        everythingHappens();
        has("dhow_probe_total{result=\"failure\",role=\"web\",service=\"shop\"} 1.0");
        metrics.forgotten("shop");
        services = List.of(service("blog", Condition.Status.True));
        metrics.probed("shop", "web", "success", Duration.ofMillis(1)); // one that was still under way
        metrics.rolledOut("shop", "superseded", Duration.ofSeconds(1));
        String text = metrics.scrape();
        assertFalse(text.contains("shop\""), text);
        assertTrue(text.contains("blog\""), text);
    }

    @Test
    void fiftyServicesStayWithinTheBudgetOfSeries() {
        services = IntStream.range(0, 50)
                .mapToObj(i -> service("s" + i, Condition.Status.True))
                .toList();
        metrics.scrape();
        services.forEach(s -> {
            metrics.probed(s.service(), "web", "success", Duration.ofMillis(1));
            metrics.rolledOut(s.service(), "available", Duration.ofSeconds(20));
        });
        long series =
                metrics.scrape().lines().filter(line -> !line.startsWith("#")).count();
        assertTrue(series <= 5_000, "series: " + series);
    }

    private void has(String line) {
        String text = metrics.scrape();
        assertTrue(text.lines().anyMatch(line::equals), () -> "no " + line + " in\n" + text);
    }

    private double value(String name) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    private final class View implements AgentView {
        @Override
        public List<CertificateStatus> certificates() {
            CertificateStatus answers = new CertificateStatus(
                    "shop.example.com",
                    CertificateStatus.Source.DIRECTORY,
                    List.of("shop.example.com"),
                    "CA",
                    NOW,
                    NOW.plusSeconds(60),
                    null,
                    "shop");
            CertificateStatus beside = new CertificateStatus(
                    null, CertificateStatus.Source.DIRECTORY, List.of("other"), "CA", NOW, NOW, null, null);
            return List.of(answers, answers, beside);
        }

        @Override
        public List<ServiceStatus> services() {
            return services;
        }

        @Override
        public Optional<ServiceStatus> service(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> notReady() {
            return Optional.empty();
        }

        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public boolean dockerUp() {
            return dockerUp;
        }

        @Override
        public PlanBody plan(@Nullable String service) {
            return new PlanBody(List.of());
        }
    }

    private static final class FixedTicker implements Ticker {
        @Override
        public Duration now() {
            return Duration.ZERO;
        }

        @Override
        public Instant wall() {
            return NOW;
        }
    }
}
