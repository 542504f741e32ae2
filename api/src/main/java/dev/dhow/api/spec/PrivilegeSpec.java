package dev.dhow.api.spec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a container may do beyond an ordinary one. The agent's policy has to allow most of it.
///
/// @param capAdd in capitals, without `CAP_`
/// @param securityOpt `no-new-privileges`, or `NAME=VALUE`
/// @param sysctls kernel parameters of the container
public record PrivilegeSpec(
        @Nullable Boolean privileged,
        List<String> capAdd,
        List<Device> devices,
        List<Gpu> gpus,
        List<String> securityOpt,
        Map<String, String> sysctls) {
    /// Nothing written.
    public static final PrivilegeSpec EMPTY =
            new PrivilegeSpec(null, List.of(), List.of(), List.of(), List.of(), Map.of());

    /// Copies the collections.
    public PrivilegeSpec {
        capAdd = List.copyOf(capAdd);
        devices = List.copyOf(devices);
        gpus = List.copyOf(gpus);
        securityOpt = List.copyOf(securityOpt);
        sysctls = Map.copyOf(sysctls);
    }

    /// A device of the host.
    ///
    /// @param host its absolute path, or a directory of devices
    /// @param container its path in the container
    /// @param permissions of `r`, `w` and `m`
    public record Device(String host, String container, String permissions) {}

    /// A request for GPUs.
    ///
    /// @param driver such as `nvidia`; null: Docker finds one
    /// @param count -1: all; 0 where `deviceIds` names them
    /// @param capabilities such as `gpu`, `utility`
    public record Gpu(
            @Nullable String driver,
            int count,
            List<String> deviceIds,
            List<String> capabilities,
            Map<String, String> options) {
        /// Copies the collections.
        public Gpu {
            deviceIds = List.copyOf(deviceIds);
            capabilities = List.copyOf(capabilities);
            options = Map.copyOf(options);
        }
    }
}
