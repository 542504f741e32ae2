package dev.dhow.agent.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// The process as the kernel sees it, under the names that every Prometheus client uses. What cannot be read is left
/// out. Source: proc_pid_status(5), proc_pid_limits(5), proc_pid_fd(5).
final class ProcessMetrics implements MultiCollector {
    private static final Path SELF = Path.of("/proc/self");

    ProcessMetrics(Meters meters) {
        meters.collector(this);
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> families = new ArrayList<>();
        ProcessHandle.Info info = ProcessHandle.current().info();
        info.totalCpuDuration()
                .ifPresent(cpu -> families.add(Family.counter(
                        "process_cpu_seconds", "CPU time used, of user and system together.", cpu.toNanos() / 1e9)));
        info.startInstant()
                .ifPresent(start -> add(
                        families,
                        "process_start_time_seconds",
                        "When the process started, in Unix time.",
                        start.toEpochMilli() / 1e3));
        kilobytes("VmRSS:")
                .ifPresent(value ->
                        add(families, "process_resident_memory_bytes", "Memory held in RAM.", value * 1024));
        kilobytes("VmSize:")
                .ifPresent(value -> add(families, "process_virtual_memory_bytes", "Memory mapped.", value * 1024));
        openFiles().ifPresent(value -> add(families, "process_open_fds", "Open file descriptors.", value));
        maxFiles()
                .ifPresent(value ->
                        add(families, "process_max_fds", "How many file descriptors may be open.", value));
        return new MetricSnapshots(families);
    }

    private static void add(List<MetricSnapshot> families, String name, String help, double value) {
        families.add(new Family(name, help).add(value).snapshot());
    }

    private static OptionalDouble kilobytes(String key) {
        return column(SELF.resolve("status"), key, 1);
    }

    private static OptionalDouble maxFiles() {
        return column(SELF.resolve("limits"), "Max open files", 3);
    }

    /// The number in that column of the line that starts so.
    private static OptionalDouble column(Path file, String start, int index) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(start))
                    .mapToDouble(line -> Double.parseDouble(line.split("\\s+")[index]))
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            return OptionalDouble.empty(); // also `unlimited`
        }
    }

    private static OptionalDouble openFiles() {
        try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
            return OptionalDouble.of(files.count() - 1.0); // the listing itself is one of them
        } catch (IOException | RuntimeException e) {
            return OptionalDouble.empty();
        }
    }
}
