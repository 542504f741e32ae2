package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.runtime.Needs;
import dev.dhow.agent.runtime.RuntimeFailure;
import dev.dhow.agent.runtime.RuntimeFailure.Kind;
import dev.dhow.agent.state.ObservedContainer;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.RunState;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.Await;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.TestEngine;
import dev.dhow.agent.testing.TestRoles;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.Attachment;
import dev.dhow.api.spec.ContainerSpec.LimitSpec;
import dev.dhow.api.spec.ContainerSpec.Logging;
import dev.dhow.api.spec.ContainerSpec.Mount;
import dev.dhow.api.spec.ContainerSpec.NetworkSpec;
import dev.dhow.api.spec.ContainerSpec.Port;
import dev.dhow.api.spec.ContainerSpec.ProcessSpec;
import dev.dhow.api.spec.ContainerSpec.Restart;
import dev.dhow.api.spec.ContainerSpec.StorageSpec;
import dev.dhow.api.spec.ContainerSpec.Tmpfs;
import dev.dhow.api.spec.ContainerSpec.Ulimit;
import dev.dhow.api.spec.HealthSpec;
import dev.dhow.api.spec.PrivilegeSpec;
import dev.dhow.api.spec.PrivilegeSpec.Device;
import dev.dhow.api.spec.PrivilegeSpec.Gpu;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every container key arrives at the Engine, and does there what Compose's key of that name does.
final class KitchenSinkIT {
    private static final String HOST = "kitchen";
    private static final long MB = 1024 * 1024;

    private TestEngine engine;
    private DockerRuntime runtime;

    @BeforeEach
    void open() throws Exception {
        engine = TestEngine.shared();
        runtime = DockerRuntime.connect(engine.uri(), HOST, Ticker.system(), CallListener.NONE);
        runtime.createNetwork("dhow", Map.of());
    }

    @AfterEach
    void close() {
        runtime.close();
        TestEngines.removeAll(engine, Owner.HOST + "=" + HOST);
    }

    private static ContainerSpec container(
            ProcessSpec process, NetworkSpec network, StorageSpec storage, LimitSpec limits) {
        return new ContainerSpec(process, network, storage, limits, Map.of(), null, null, null, null);
    }

    private static ProcessSpec command(String... words) {
        return new ProcessSpec(
                List.of(words), null, Map.of(), Map.of(), null, null, List.of(), List.of(), null, null, null);
    }

    private RoleSpec role(ContainerSpec container) {
        return TestRoles.with(TestRoles.plain("main", engine.images().sleeper()), container);
    }

    /// Made from the image's id, as plans do.
    private String start(String service, RoleSpec role) throws Exception {
        ContainerRequest request = TestRoles.request(HOST, service, role);
        String image = engine.docker("image", "inspect", "--format", "{{.Id}}", role.image());
        String id = runtime.create(new ContainerRequest(request.name(), request.owner(), image, role));
        runtime.start(id);
        return id;
    }

    /// Engines from 25 on have a rhythm of its own for the start of a check.
    private boolean startInterval() {
        return ApiVersion.parse(engine.docker("version", "--format", "{{.Server.APIVersion}}"))
                .atLeast(ApiVersion.START_INTERVAL);
    }

    private ObservedContainer get(String id) throws Exception {
        return runtime.observe(Needs.NONE).containers().stream()
                .filter(c -> c.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private ObservedContainer ended(String id) {
        return Await.until("container to end", () -> get(id), c -> c.state() == RunState.EXITED);
    }

    private static final Restart NEVER = new Restart(Restart.Mode.NO, 0);

    private RoleSpec once(LimitSpec limits, String... words) {
        return role(new ContainerSpec(
                command(words), NetworkSpec.EMPTY, StorageSpec.EMPTY, limits, Map.of(), null, NEVER, null, null));
    }

    /// D14, D16
    @Test
    void everyKeyLands(@TempDir Path bound) throws Exception {
        Files.writeString(bound.resolve("file"), "content");
        Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rwxr-xr-x"));
        runtime.createNetwork("kitchen-a", Map.of());
        runtime.createNetwork("kitchen-b", Map.of());
        ContainerSpec spec = new ContainerSpec(
                new ProcessSpec(
                        List.of("trap 'exit 0' USR1; sleep 100000 & wait"),
                        List.of("sh", "-c"),
                        Map.of("A", "written", "B", "b=b"),
                        Map.of("A", new Secret("hidden"), "S", new Secret("s3")),
                        "1000:1000",
                        "/tmp",
                        List.of("44"),
                        List.of("NET_RAW", "CAP_MKNOD"),
                        true,
                        "SIGUSR1",
                        Duration.ofMillis(20_500)),
                new NetworkSpec(
                        List.of(
                                new Attachment("kitchen-a", List.of("alpha"), null, null),
                                new Attachment("kitchen-b", List.of("beta"), null, null)),
                        null,
                        "sinkhost",
                        List.of("db.local:10.1.2.3"),
                        List.of("9.9.9.9"),
                        List.of("example.com"),
                        List.of(new Port("127.0.0.1", 18088, 80, "tcp"), new Port("127.0.0.1", null, 53, "udp"))),
                new StorageSpec(
                        List.of(
                                new Mount.Bind(bound.toString(), "/bound", true, false, "rprivate"),
                                new Mount.Bind(bound + "/made", "/made", false, true, null),
                                new Mount.Named("sink_data", "/data", false, false, false, true),
                                new Mount.Anonymous("/scratch", false)),
                        List.of(new Tmpfs("/fast", "size=1m,mode=1777")),
                        true,
                        8 * MB),
                new LimitSpec(
                        500_000_000L, 512, 64 * MB, 32 * MB, 64 * MB, 50L, List.of(new Ulimit("nofile", 512, 1024))),
                Map.of("team", "kitchen", Owner.SERVICE, "not-yours"),
                new Logging("json-file", Map.of("max-size", "1m")),
                new Restart(Restart.Mode.ON_FAILURE, 4),
                null,
                "linux/amd64");
        HealthSpec health = new HealthSpec(
                null,
                null,
                List.of("CMD", "true"),
                false,
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                5,
                Duration.ofSeconds(4),
                Duration.ofSeconds(1),
                null);
        RoleSpec role = TestRoles.with(role(spec), health);
        String id = start("sink", role);
        JsonNode inspect =
                EngineSession.JSON.readTree(engine.docker("inspect", id)).get(0);
        JsonNode config = inspect.get("Config");
        JsonNode host = inspect.get("HostConfig");
        assertEquals("[\"sh\",\"-c\"]", config.get("Entrypoint").toString());
        assertEquals(
                "trap 'exit 0' USR1; sleep 100000 & wait",
                config.get("Cmd").get(0).asText());
        assertTrue(
                config.get("Env")
                        .toString()
                        .startsWith("[\"A=written\",\"B=b=b\",\"DHOW_HOST=kitchen\",\"DHOW_REPLICA=1\","
                                + "\"DHOW_REVISION=0badcafe\",\"DHOW_ROLE=main\",\"DHOW_SERVICE=sink\",\"S=s3\""),
                config.get("Env").toString());
        assertEquals("1000:1000", config.get("User").asText());
        assertEquals("/tmp", config.get("WorkingDir").asText());
        assertEquals("sinkhost", config.get("Hostname").asText());
        assertEquals("SIGUSR1", config.get("StopSignal").asText());
        assertEquals(21, config.get("StopTimeout").asInt());
        assertEquals("kitchen", config.get("Labels").get("team").asText());
        assertEquals("sink", config.get("Labels").get(Owner.SERVICE).asText());
        assertEquals(
                "{\"Test\":[\"CMD\",\"true\"],\"Interval\":2000000000,\"Timeout\":3000000000,"
                        + "\"StartPeriod\":4000000000,%s\"Retries\":5}"
                                .formatted(startInterval() ? "\"StartInterval\":1000000000," : ""),
                config.get("Healthcheck").toString());
        assertEquals("[\"44\"]", host.get("GroupAdd").toString());
        assertEquals("[\"NET_RAW\",\"MKNOD\"]", host.get("CapDrop").toString().replace("CAP_", ""));
        assertTrue(host.get("Init").asBoolean());
        assertEquals("[\"db.local:10.1.2.3\"]", host.get("ExtraHosts").toString());
        assertEquals("[\"9.9.9.9\"]", host.get("Dns").toString());
        assertEquals("[\"example.com\"]", host.get("DnsSearch").toString());
        assertEquals(
                "[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"18088\"}]",
                host.get("PortBindings").get("80/tcp").toString());
        assertTrue(inspect.at("/NetworkSettings/Ports")
                        .get("53/udp")
                        .get(0)
                        .get("HostPort")
                        .asInt()
                > 0);
        assertTrue(host.get("ReadonlyRootfs").asBoolean());
        assertEquals(8 * MB, host.get("ShmSize").asLong());
        assertEquals("{\"/fast\":\"size=1m,mode=1777\"}", host.get("Tmpfs").toString());
        assertEquals(500_000_000L, host.get("NanoCpus").asLong());
        assertEquals(512, host.get("CpuShares").asInt());
        assertEquals(64 * MB, host.get("Memory").asLong());
        assertEquals(32 * MB, host.get("MemoryReservation").asLong());
        assertEquals(64 * MB, host.get("MemorySwap").asLong());
        assertEquals(50, host.get("PidsLimit").asInt());
        assertEquals(
                "[{\"Name\":\"nofile\",\"Hard\":1024,\"Soft\":512}]",
                host.get("Ulimits").toString());
        assertEquals(
                "{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1m\"}}",
                host.get("LogConfig").toString());
        assertEquals(
                "{\"Name\":\"on-failure\",\"MaximumRetryCount\":4}",
                host.get("RestartPolicy").toString());
        JsonNode networks = inspect.at("/NetworkSettings/Networks");
        assertTrue(networks.get("kitchen-a").get("Aliases").toString().contains("\"main.sink\",\"alpha\""));
        assertTrue(networks.get("kitchen-b").get("Aliases").toString().contains("\"main.sink\",\"beta\""));
        assertEquals(2, get(id).addresses().size());
        assertEquals("content", engine.docker("exec", id, "cat", "/bound/file"));
        assertTrue(Files.isDirectory(bound.resolve("made")));
        assertEquals(
                HOST,
                engine.docker("volume", "inspect", "-f", "{{index .Labels \"" + Owner.HOST + "\"}}", "sink_data"));
        assertTrue(runtime.observe(Needs.NONE).volumes().contains("sink_data"));
    }

    /// D14
    @Test
    void everyPrivilegeLands() throws Exception {
        PrivilegeSpec privileges = new PrivilegeSpec(
                true,
                List.of("NET_ADMIN", "SYS_PTRACE"),
                List.of(new Device("/dev/null", "/dev/sink", "rw")),
                List.of(
                        new Gpu("nvidia", -1, List.of(), List.of("gpu", "utility"), Map.of("mode", "shared")),
                        new Gpu(null, 0, List.of("GPU-7"), List.of("gpu"), Map.of())),
                List.of("no-new-privileges=true", "seccomp=unconfined"),
                Map.of("net.core.somaxconn", "1024"));
        RoleSpec role = role(new ContainerSpec(
                ProcessSpec.EMPTY,
                NetworkSpec.EMPTY,
                StorageSpec.EMPTY,
                LimitSpec.EMPTY,
                Map.of(),
                null,
                null,
                null,
                null,
                privileges));
        // It is not started: few machines have such a GPU.
        String id = runtime.create(TestRoles.request(HOST, "strong", role));
        JsonNode host = EngineSession.JSON.readTree(engine.docker("inspect", "-f", "{{json .HostConfig}}", id));
        assertTrue(host.get("Privileged").asBoolean());
        assertEquals(
                "[\"NET_ADMIN\",\"SYS_PTRACE\"]", host.get("CapAdd").toString().replace("CAP_", ""));
        assertEquals(
                "[{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/sink\",\"CgroupPermissions\":\"rw\"}]",
                host.get("Devices").toString());
        JsonNode all = host.get("DeviceRequests").get(0);
        assertEquals("nvidia -1", all.get("Driver").asText() + " " + all.get("Count"));
        assertEquals("[[\"gpu\",\"utility\"]]", all.get("Capabilities").toString());
        assertEquals("{\"mode\":\"shared\"}", all.get("Options").toString());
        JsonNode one = host.get("DeviceRequests").get(1);
        assertEquals("[\"GPU-7\"]", one.get("DeviceIDs").toString());
        assertEquals("0", one.get("Count").toString());
        // Docker itself adds a word for a privileged one.
        String options = host.get("SecurityOpt").toString();
        assertTrue(options.startsWith("[\"no-new-privileges=true\",\"seccomp=unconfined\""), options);
        assertEquals("{\"net.core.somaxconn\":\"1024\"}", host.get("Sysctls").toString());
    }

    @Test
    void defaultsAreOurs() throws Exception {
        String id = start("plain", TestRoles.plain("main", engine.images().sleeper()));
        assertEquals(
                "unless-stopped json-file 10m 3 30",
                engine.docker(
                        "inspect",
                        "-f",
                        "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.LogConfig.Type}} {{index"
                                + " .HostConfig.LogConfig.Config \"max-size\"}} {{index .HostConfig.LogConfig.Config"
                                + " \"max-file\"}} {{.Config.StopTimeout}}",
                        id));
    }

    /// D12
    @Test
    void disableSwitchesTheImagesHealthcheckOff() throws Exception {
        HealthSpec off = new HealthSpec(null, null, null, true, null, null, null, null, null, null);
        String id = start(
                "nocheck",
                TestRoles.with(TestRoles.plain("main", engine.images().worker()), off));
        assertEquals(null, get(id).health());
    }

    @Test
    void timingsAloneKeepTheImagesTest() throws Exception {
        HealthSpec timed = new HealthSpec(null, null, null, false, Duration.ofSeconds(9), null, null, null, null, null);
        String id = start(
                "retimed",
                TestRoles.with(TestRoles.plain("main", engine.images().worker()), timed));
        assertEquals(
                Duration.ofSeconds(9), Objects.requireNonNull(get(id).health()).interval());
        assertEquals(2, Objects.requireNonNull(get(id).health()).retries());
    }

    @Test
    void aProxiedRolesTimingsAreNotDockers() throws Exception {
        HealthSpec timed = new HealthSpec(null, null, null, false, Duration.ofSeconds(9), null, null, null, null, null);
        String id = start(
                "proxied",
                TestRoles.with(TestRoles.proxied("web", engine.images().worker()), timed));
        assertEquals(
                Duration.ofSeconds(1), Objects.requireNonNull(get(id).health()).interval());
    }

    @Test
    void rolesFindEachOtherByName() throws Exception {
        start("shop", TestRoles.plain("db", engine.images().sleeper()));
        String asker = start("other", TestRoles.plain("web", engine.images().sleeper()));
        String answer = engine.docker("exec", asker, "ping", "-c", "1", "-W", "5", "db.shop");
        assertTrue(answer.contains("1 packets received"), answer);
    }

    @Test
    void theHostsNetworkIsShared() throws Exception {
        NetworkSpec host = new NetworkSpec(List.of(), "host", null, List.of(), List.of(), List.of(), List.of());
        String id = start("sharing", role(container(ProcessSpec.EMPTY, host, StorageSpec.EMPTY, LimitSpec.EMPTY)));
        assertEquals(Map.of("host", "127.0.0.1"), get(id).addresses());
    }

    /// D2, D15
    @Test
    void exitCodesAndMemoryKillsAreTold() throws Exception {
        ObservedContainer seven = ended(start("seven", once(LimitSpec.EMPTY, "sh", "-c", "exit 7")));
        assertEquals(7, seven.exitCode());
        assertEquals(false, seven.oomKilled());
        LimitSpec tight = new LimitSpec(null, null, 8 * MB, null, 8 * MB, null, List.of());
        // The Engine learns of it beside the exit, and sometimes too late: only what it knows can be told.
        ObservedContainer oom = Await.until(
                "a kill that Docker knows the reason of",
                () -> ended(start("oom", once(tight, "dd", "if=/dev/zero", "of=/dev/null", "bs=64M"))),
                killed -> {
                    String told = engine.docker("inspect", "--format", "{{.State.OOMKilled}}", killed.id());
                    assertEquals(told.strip(), String.valueOf(killed.oomKilled()));
                    boolean known = killed.oomKilled();
                    if (!known) {
                        engine.docker("rm", killed.id());
                    }
                    return known;
                });
        assertEquals(137, oom.exitCode());
    }

    /// Docker waits for a tenth of a second before the first time, so that nobody may have seen it down.
    @Test
    void whatDockerStartedAgainBeforeAnybodyLookedTellsHowItEnded() throws Exception {
        String script = """
            test -e /again && { seq 100; sleep 1000; }
            touch /again
            echo one
            echo two
            exit 7
            """;
        RoleSpec twice = once(LimitSpec.EMPTY, "sh", "-c", script);
        String id = start("again", TestRoles.restarted(twice, Restart.Mode.ALWAYS));
        Await.until("it runs again", () -> {
            String line = engine.docker("inspect", "--format", "{{.State.Status}} {{.RestartCount}}", id);
            return line.strip().equals("running 1");
        });
        ObservedContainer again = get(id);
        assertTrue(again.endedBefore(), again.toString());
        assertEquals(7, again.exitCode());
        Await.until("it talks", () -> runtime.logTail(id, 1, null).equals(List.of("100")));
        // Docker waits longer than that, and may note the start when it talks already.
        Instant between = Objects.requireNonNull(again.startedAt()).minusMillis(50);
        assertEquals(List.of("one", "two"), runtime.logTail(id, 2, between));
        assertEquals(List.of("two"), runtime.logTail(id, 1, between));
        engine.docker("restart", "--time", "0", id);
        // By hand: no restart of Docker's own, and nothing of ours.
        assertEquals(false, get(id).endedBefore());
    }

    /// D8
    @Test
    void whatIgnoresItsSignalIsKilledAfterTheGrace() throws Exception {
        String id = start("deaf", once(LimitSpec.EMPTY, "sh", "-c", "trap '' TERM; while :; do sleep 1000; done"));
        runtime.stop(id, Duration.ofSeconds(1));
        assertEquals(137, get(id).exitCode());
    }

    @Test
    void aPolicyRestartIsCounted() throws Exception {
        String id = start(
                "looping",
                role(container(
                        command("sh", "-c", "sleep 0.2; exit 3"),
                        NetworkSpec.EMPTY,
                        StorageSpec.EMPTY,
                        LimitSpec.EMPTY)));
        ObservedContainer looping = Await.until("two restarts", () -> get(id), c -> c.restartCount() >= 2);
        assertEquals("looping", looping.owner().service());
    }

    @Test
    void theLastLinesOfTheLogAreRead() throws Exception {
        String id = start("writer", once(LimitSpec.EMPTY, "sh", "-c", "echo one; echo two; echo three"));
        ended(id);
        assertEquals(List.of("two", "three"), runtime.logTail(id, 2, null));
    }

    @Test
    void aCommandThatIsNotThereIsTheFilesFault() throws Exception {
        RuntimeFailure failure =
                assertThrows(RuntimeFailure.class, () -> start("typo", once(LimitSpec.EMPTY, "nosuchcommand")));
        assertEquals(Kind.INVALID, failure.kind(), failure.getMessage());
        assertTrue(failure.toString().contains("nosuchcommand"), failure.getMessage());
    }

    @Test
    void aMissingBindSourceIsNotMade(@TempDir Path dir) {
        StorageSpec storage = new StorageSpec(
                List.of(new Mount.Bind(dir + "/absent", "/x", false, false, null)), List.of(), null, null);
        RoleSpec role = role(container(ProcessSpec.EMPTY, NetworkSpec.EMPTY, storage, LimitSpec.EMPTY));
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> start("unbound", role));
        assertEquals(Kind.INVALID, failure.kind(), failure.getMessage());
        assertTrue(Files.notExists(dir.resolve("absent")));
    }

    /// R19
    @Test
    void aMissingExternalVolumeIsNotMade() {
        StorageSpec storage = new StorageSpec(
                List.of(new Mount.Named("kitchen_absent", "/x", false, true, false, false)), List.of(), null, null);
        RoleSpec role = role(container(ProcessSpec.EMPTY, NetworkSpec.EMPTY, storage, LimitSpec.EMPTY));
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> start("external", role));
        assertEquals(Kind.NOT_FOUND, failure.kind());
        assertTrue(failure.toString().contains("docker volume create kitchen_absent"), failure.getMessage());
        assertTrue(failure.toString().contains("or leave out `external`"), failure.getMessage());
    }

    @Test
    void aContainerThatCannotJoinItsSecondNetworkIsNotLeftHalfMade() throws Exception {
        runtime.createNetwork("kitchen-a", Map.of());
        NetworkSpec networks = new NetworkSpec(
                List.of(
                        new Attachment("dhow", List.of(), null, null),
                        new Attachment("kitchen-a", List.of(), null, null)),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of());
        RoleSpec role = role(container(ProcessSpec.EMPTY, networks, StorageSpec.EMPTY, LimitSpec.EMPTY));
        ContainerRequest request = TestRoles.request(HOST, "halfway", role);
        try (FaultProxy proxy = new FaultProxy(engine.socket());
                DockerRuntime broken = DockerRuntime.connect(proxy.uri(), HOST, Ticker.system(), CallListener.NONE)) {
            proxy.loseAnswerTo("/connect");
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> broken.create(request));
            assertEquals(Kind.UNAVAILABLE, failure.kind());
        }
        assertEquals(List.of(), runtime.observe(Needs.NONE).of("halfway"));
    }

    @Test
    void aRegistryThatDoesNotAnswerIsToldApart() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> runtime.pull("127.0.0.1:1/nothing:1", null));
        assertEquals(Kind.REGISTRY, failure.kind(), failure.getMessage());
        assertEquals(
                Kind.INVALID,
                assertThrows(RuntimeFailure.class, () -> runtime.pull("No Reference", null))
                        .kind());
    }
}
