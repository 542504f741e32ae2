package dev.dhow.agent;

import dev.dhow.agent.access.AddressFile;
import dev.dhow.agent.access.FileWatch;
import dev.dhow.agent.access.Watched;
import dev.dhow.agent.config.ProxyConfig;
import dev.dhow.agent.proxy.Entrance;
import dev.dhow.agent.proxy.Settings;
import dev.dhow.agent.tls.Certificates;
import dev.dhow.agent.wire.Network;
import dev.dhow.agent.wire.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who may connect to the proxy and who of them is believed, as `agent.yaml` and the files that it names say it now.
final class Peers {
    private static final AddressFile ENTRIES = new AddressFile(List.of("private", "loopback"));

    private final ProxyConfig config;
    private final Lists trusted;
    private final Lists accepted;
    private final Lists senders;
    private volatile Entrance.Who who;
    private volatile @Nullable Runnable changed;

    /// A list as it is written, and what its files add.
    private record Lists(Networks written, List<Watched<Networks>> files) {
        Networks all() {
            List<Network> all = new ArrayList<>(written.all());
            for (Watched<Networks> file : files) {
                Networks more = file.now();
                if (more != null) {
                    all.addAll(more.all());
                }
            }
            return new Networks(all);
        }
    }

    /// Reads the files, which blocks.
    Peers(ProxyConfig config, FileWatch files) {
        this.config = config;
        trusted = lists("proxy.trusted_proxies", config.trustedProxies(), files);
        accepted = lists("proxy.accept_from", config.acceptFrom(), files);
        senders = lists("proxy.proxy_protocol", config.proxyProtocol(), files);
        who = read();
    }

    private Lists lists(String key, ProxyConfig.Networks written, FileWatch files) {
        return new Lists(
                Networks.of(written.entries()),
                written.files().stream()
                        .map(file -> files.open(key, file, ENTRIES, this::tell))
                        .toList());
    }

    private void tell() {
        Runnable hint = changed;
        // Null while the files are read for the first time.
        if (hint != null) {
            who = read();
            hint.run();
        }
    }

    /// Where a list of who may connect was written and none of it is known yet, nobody may.
    private Entrance.Who read() {
        Networks accept = accepted.all();
        boolean everybody = config.acceptFrom().isEmpty();
        return new Entrance.Who(everybody || !accept.isEmpty() ? accept : Networks.NOBODY, senders.all());
    }

    /// What holds for routes now.
    ///
    /// @param certificates what TLS goes by
    Settings settings(@Nullable Certificates certificates) {
        return new Settings(trusted.all(), config.assumeHttps(), config.healthRequires(), certificates);
    }

    /// Who may connect now, and from whom a PROXY header is due.
    Entrance.Who who() {
        return who;
    }

    /// @param hint gets what holds each time that it changes
    void onChange(@Nullable Certificates certificates, Consumer<Settings> hint) {
        changed = () -> hint.accept(settings(certificates));
        tell();
    }
}
