package dev.dhow.agent.proxy;

import dev.dhow.agent.tls.NamedHost;
import dev.dhow.agent.wire.ClientHello;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/// Which session of before a client may take up again: over TLS 1.2 none that was begun for another name (RFC 6066 §3).
/// The libraries find that out only with help.
sealed interface Sessions {
    /// Rules for the handshake of that engine.
    static Sessions of(SSLEngine engine) {
        if (engine instanceof ReferenceCountedOpenSslEngine boring) {
            return new Boring(boring);
        }
        NamedHost host = new NamedHost();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setSNIMatchers(List.of(host));
        engine.setSSLParameters(parameters);
        return new Jdk(host);
    }

    /// @param hello begins with a whole record, which the engine has not read yet
    void began(ByteBuf hello);

    /// BoringSSL does not compare names, which TLS 1.3 does not ask for: over TLS 1.2 every handshake is a full one.
    record Boring(ReferenceCountedOpenSslEngine engine) implements Sessions {
        @Override
        public void began(ByteBuf hello) {
            if (!ClientHello.offersTls13(hello)) {
                SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
            }
        }
    }

    /// The JDK compares names, if somebody matches them.
    record Jdk(NamedHost host) implements Sessions {
        @Override
        public void began(ByteBuf hello) {
            String name = ClientHello.serverName(hello);
            if (name != null) {
                host.is(name);
            }
        }
    }
}
