package dev.dhow.agent.upstream;

/// Why an answer is none.
public enum Fault {
    /// The connection ended before an octet of it came, as kept ones may at any time.
    SILENT,
    /// It broke off, or it makes no sense.
    BROKEN
}
