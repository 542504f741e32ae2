package dev.dhow.agent.proxy;

import dev.dhow.agent.testing.ManualTicker;
import dev.dhow.api.spec.ProxySpec.Serving;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A [Bench] in a process of its own, with a small share of what a process needs. Its time stands until a test moves
/// it.
final class ChildProxy implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final Path log;
    final int port;

    /// @param descriptors how many files and connections it may have open
    /// @param app where its one container listens
    ChildProxy(Path directory, int descriptors, int app, String... options) throws IOException {
        log = directory.resolve("child.log");
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -n " + descriptors + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), ChildProxy.class.getName(), String.valueOf(app)));
        process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        port = Integer.parseInt(line());
    }

    private String line() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the child ended: " + Files.readString(log));
        }
        return line;
    }

    /// Lets that much time pass there.
    void advance(Duration by) throws IOException {
        process.getOutputStream().write((by.toSeconds() + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        line();
    }

    /// Processor time that it took so far.
    Duration cpu() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    /// What it wrote into its log.
    List<String> log() throws IOException {
        return Files.readAllLines(log, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        said.close();
    }

    /// The child: tells its port, then takes seconds by which its clock moves, until nobody says any more.
    public static void main(String[] arguments) throws Exception {
        ManualTicker ticker = new ManualTicker();
        PrintStream out = System.out;
        try (Bench bench = new Bench(ticker, 2)) {
            bench.by(Bench.spec(Serving.DEFAULT)).container("a", Integer.parseInt(arguments[0]));
            out.println(bench.port);
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String seconds = commands.readLine(); seconds != null; seconds = commands.readLine()) {
                ticker.advance(Duration.ofSeconds(Long.parseLong(seconds)));
                out.println("done");
            }
        }
    }
}
