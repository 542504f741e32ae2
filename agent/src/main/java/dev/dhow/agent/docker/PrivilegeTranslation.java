package dev.dhow.agent.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.DeviceRequest;
import com.github.dockerjava.api.model.HostConfig;
import dev.dhow.api.spec.PrivilegeSpec;
import dev.dhow.api.spec.PrivilegeSpec.Gpu;
import java.util.List;

/// What a container may do beyond an ordinary one.
final class PrivilegeTranslation {
    private PrivilegeTranslation() {}

    static void apply(PrivilegeSpec privileges, HostConfig config) {
        config.withPrivileged(privileges.privileged());
        if (!privileges.capAdd().isEmpty()) {
            config.withCapAdd(privileges.capAdd().stream()
                    .map(LimitTranslation::capability)
                    .toArray(Capability[]::new));
        }
        if (!privileges.devices().isEmpty()) {
            config.withDevices(privileges.devices().stream()
                    .map(device -> new Device(device.permissions(), device.container(), device.host()))
                    .toList());
        }
        if (!privileges.gpus().isEmpty()) {
            config.withDeviceRequests(privileges.gpus().stream()
                    .map(PrivilegeTranslation::request)
                    .toList());
        }
        if (!privileges.securityOpt().isEmpty()) {
            config.withSecurityOpts(privileges.securityOpt());
        }
        if (!privileges.sysctls().isEmpty()) {
            config.withSysctls(privileges.sysctls());
        }
    }

    private static DeviceRequest request(Gpu gpu) {
        DeviceRequest request = new DeviceRequest()
                .withCapabilities(List.of(gpu.capabilities()))
                .withDriver(gpu.driver() == null ? "" : gpu.driver())
                .withOptions(gpu.options());
        return gpu.deviceIds().isEmpty() ? request.withCount(gpu.count()) : request.withDeviceIds(gpu.deviceIds());
    }
}
