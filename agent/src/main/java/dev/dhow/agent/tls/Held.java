package dev.dhow.agent.tls;

import dev.dhow.api.status.CertificateStatus.Source;
import org.jspecify.annotations.Nullable;

/// What a place gives now.
///
/// @param place the certificate's file, or the authority; for people
/// @param pair null: it never gave one that is good
/// @param problem why what stands there now is not in force, with the next step; null: it is
record Held(
        Source source,
        String place,
        @Nullable Pair pair,
        @Nullable String problem) {}
