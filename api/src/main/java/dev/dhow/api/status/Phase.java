package dev.dhow.api.status;

/// Where a service stands, in one word.
public enum Phase {
    /// Nothing of it runs yet.
    Pending,
    /// Steps or a gate are open.
    Progressing,
    /// Every role has its replicas ready.
    Running,
    /// Fewer than wanted are ready and nothing is under way, or a container fails again and again.
    Degraded,
    /// It is left as it is: its file cannot be used, or somebody said so.
    Held,
    /// Its file is gone and its containers go.
    Removing
}
