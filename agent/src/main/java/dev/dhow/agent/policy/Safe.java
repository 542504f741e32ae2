package dev.dhow.agent.policy;

import java.util.Set;

/// What takes nothing away from the wall between a container and its host.
final class Safe {
    /// Docker gives these to every container; adding one back after `cap_drop: [ALL]` is a good habit.
    private static final Set<String> DEFAULT_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    /// Parameters that each IPC namespace has for itself.
    private static final Set<String> IPC = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Safe() {}

    static boolean capability(String name) {
        return DEFAULT_CAPABILITIES.contains(name);
    }

    /// Options that harden, or ask for what holds anyway. Of labels only a level of its own, which separates more.
    static boolean securityOption(String option) {
        return option.equals("no-new-privileges=true")
                || option.equals("seccomp=builtin")
                || option.equals("apparmor=docker-default")
                || option.startsWith("label=level:");
    }

    /// @param ownNetwork whether the container has a network namespace
    static boolean sysctl(String name, boolean ownNetwork) {
        return IPC.contains(name) || name.startsWith("fs.mqueue.") || (ownNetwork && name.startsWith("net."));
    }
}
