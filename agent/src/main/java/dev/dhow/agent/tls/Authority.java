package dev.dhow.agent.tls;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port to a certificate authority.
interface Authority {
    /// How an order ended.
    sealed interface Result {
        /// @param chain leaf first
        record Issued(List<X509Certificate> chain) implements Result {
            public Issued {
                chain = List.copyOf(chain);
            }
        }

        /// @param problem the authority's words and the next step
        /// @param rateLimited whether too much was asked of the authority
        /// @param notBefore when the authority wants to be asked again; null: it did not say
        record Refused(
                String problem,
                boolean rateLimited,
                @Nullable Instant notBefore) implements Result {}
    }

    /// Orders a certificate for one host and waits for it, which takes seconds to minutes.
    ///
    /// @param tokens where the answers to challenges go while the authority asks for them
    Result order(String host, KeyPair key, Tokens tokens) throws InterruptedException;
}
