package dev.dhow.agent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rules of the house, from `docs/architecture.md`, so that they hold without anyone remembering them.
class ArchitectureTest {
    private static final String AGENT = "dev.dhow.agent.";

    /// A room imports rooms of lower levels only.
    private static final Map<String, Integer> LEVELS = new TreeMap<>(Map.ofEntries(
            Map.entry("state", 1),
            Map.entry("json", 1),
            Map.entry("logging", 1),
            Map.entry("yaml", 1),
            Map.entry("wire", 1),
            Map.entry("upstream", 2),
            Map.entry("manifest", 2),
            Map.entry("config", 2),
            Map.entry("runtime", 2),
            Map.entry("registry", 2),
            Map.entry("health", 2),
            Map.entry("history", 2),
            Map.entry("tls", 2),
            Map.entry("access", 2),
            Map.entry("source", 3),
            Map.entry("plan", 3),
            Map.entry("docker", 3),
            Map.entry("images", 3),
            Map.entry("proxy", 3),
            Map.entry("execute", 4),
            Map.entry("mounts", 4),
            Map.entry("policy", 3),
            Map.entry("secrets", 3),
            Map.entry("status", 4),
            Map.entry("reconcile", 5),
            Map.entry("http", 5),
            Map.entry("metrics", 5),
            Map.entry("cli", 5)));

    /// Longer than the ceiling, each with the reason.
    private static final Map<String, String> LONG_FILES = Map.of(
            "RequestScanner.java", "one state machine: parts of it would have to share where they are in the buffer",
            "Exchange.java", "all ways in which one request ends meet in it, so that its claim is released once");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.dhow");

    @Test
    void roomsImportLowerLevelsOnly() {
        TreeSet<String> violations = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            Integer level = level(from);
            if (level == null) {
                continue;
            }
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass();
                Integer other = level(to);
                if (other != null && !room(from).equals(room(to)) && other >= level) {
                    violations.add(room(from) + " -> " + room(to) + ": " + from.getSimpleName() + " uses "
                            + to.getSimpleName());
                }
            }
        }
        assertEquals(new TreeSet<>(), violations);
    }

    @Test
    void everyRoomHasALevel() {
        TreeSet<String> unknown = new TreeSet<>();
        CLASSES.stream()
                .filter(c -> c.getPackageName().startsWith(AGENT))
                .map(ArchitectureTest::room)
                .filter(room -> !LEVELS.containsKey(room))
                .forEach(unknown::add);
        assertEquals(new TreeSet<>(), unknown);
    }

    @Test
    void roomsHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("dev.dhow.agent.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void pureRoomsTouchNothing() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..agent.plan..",
                        "..agent.manifest..",
                        "..agent.policy..",
                        "..agent.status..",
                        "..agent.state..",
                        "..api..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.vertx..")
                        .or(resideInAPackage("io.netty.."))
                        .or(resideInAPackage("com.github.dockerjava.."))
                        .or(resideInAPackage("java.net.http.."))
                        .or(resideInAPackage("org.slf4j.."))
                        .or(resideInAPackage("java.util.concurrent.locks..")))
                .check(CLASSES);
    }

    @Test
    void onlyDockerKnowsDockerJava() {
        noClasses()
                .that(resideOutsideOfPackages("..agent.docker.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.github.dockerjava..")
                .check(CLASSES);
    }

    @Test
    void onlyTheNetworkEdgesKnowVertx() {
        noClasses()
                .that(resideOutsideOfPackages(
                        "dev.dhow.agent",
                        "..agent.health..",
                        "..agent.http..",
                        "..agent.proxy..",
                        "..agent.upstream..",
                        "..agent.metrics..",
                        "..agent.cli.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx..")
                .check(CLASSES);
    }

    @Test
    void onlyTheRoomsOfCertificatesAndPasswordsKnowTheirLibraries() {
        noClasses()
                .that(resideOutsideOfPackages("..agent.tls.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.shredzone.."))
                .check(CLASSES);
        noClasses()
                .that(resideOutsideOfPackages("..agent.tls..", "..agent.access.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.bouncycastle.."))
                .check(CLASSES);
    }

    @Test
    void onlyTheReaderKnowsTheYamlLibrary() {
        noClasses()
                .that(resideOutsideOfPackages("..agent.yaml.."))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.yaml..")
                .check(CLASSES);
    }

    @Test
    void onlyTheClockReadsTheClock() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SystemTicker")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(CLASSES);
    }

    @Test
    void noRoomIsAJunkDrawer() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..", "..manager..")
                .check(CLASSES);
    }

    @Test
    void filesStayShort() throws IOException {
        TreeMap<String, Long> tooLong = new TreeMap<>();
        for (Path root : List.of(Path.of("..", "api", "src"), Path.of("src"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    long lines = Files.readAllLines(file).size();
                    long ceiling = file.toString().contains("test") ? 500 : 300;
                    if (lines > ceiling
                            && !LONG_FILES.containsKey(file.getFileName().toString())) {
                        tooLong.put(file.toString(), lines);
                    }
                }
            }
        }
        assertTrue(tooLong.isEmpty(), tooLong.toString());
    }

    private static String room(JavaClass type) {
        String rest =
                type.getPackageName().substring(Math.min(type.getPackageName().length(), AGENT.length()));
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    private static @Nullable Integer level(JavaClass type) {
        return type.getPackageName().startsWith(AGENT) ? LEVELS.get(room(type)) : null;
    }
}
