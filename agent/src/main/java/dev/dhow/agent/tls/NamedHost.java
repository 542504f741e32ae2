package dev.dhow.agent.tls;

import java.util.Collection;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/// The host that a client named, kept with the engine of its handshake.
///
/// As a matcher it takes every name, and has the JDK take a session up again only for the name that it was begun for.
/// And
/// the JDK asks for the certificate of an older session before it has read the name, which who read it first tells
/// here.
public final class NamedHost extends SNIMatcher {
    private volatile @Nullable String name;

    /// Nothing was said yet.
    public NamedHost() {
        super(StandardConstants.SNI_HOST_NAME);
    }

    /// What the client said.
    public void is(String said) {
        name = said;
    }

    @Override
    public boolean matches(SNIServerName serverName) {
        return true;
    }

    /// What the client of that engine said; null: nothing that is known.
    static @Nullable String of(SSLEngine engine) {
        Collection<SNIMatcher> matchers = engine.getSSLParameters().getSNIMatchers();
        if (matchers != null) {
            for (SNIMatcher matcher : matchers) {
                if (matcher instanceof NamedHost host) {
                    return host.name;
                }
            }
        }
        return null;
    }
}
