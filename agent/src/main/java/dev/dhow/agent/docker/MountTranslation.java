package dev.dhow.agent.docker;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PropagationMode;
import com.github.dockerjava.api.model.SELContext;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.agent.state.Owner;
import dev.dhow.api.spec.ContainerSpec;
import dev.dhow.api.spec.ContainerSpec.StorageSpec;
import dev.dhow.api.spec.ContainerSpec.Tmpfs;
import dev.dhow.api.spec.MountedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a container writes to and keeps.
final class MountTranslation {
    private MountTranslation() {}

    static void apply(ContainerRequest request, HostConfig config) {
        StorageSpec storage = request.role().container().storage();
        Owner owner = request.owner();
        List<Mount> mounts = new ArrayList<>(copies(request));
        List<Bind> binds = new ArrayList<>();
        for (ContainerSpec.Mount volume : storage.volumes()) {
            switch (volume) {
                case ContainerSpec.Mount.Bind bind
                when bind.createHostPath() -> binds.add(oldBind(bind, source(request, bind)));
                case ContainerSpec.Mount.Bind bind -> mounts.add(bind(bind, source(request, bind)));
                case ContainerSpec.Mount.Named named -> mounts.add(named(named, owner));
                case ContainerSpec.Mount.Anonymous anonymous -> mounts.add(mount(MountType.VOLUME, anonymous));
            }
        }
        if (!binds.isEmpty()) {
            config.withBinds(binds);
        }
        if (!mounts.isEmpty()) {
            config.withMounts(mounts);
        }
        if (!storage.tmpfs().isEmpty()) {
            config.withTmpFs(storage.tmpfs().stream()
                    .collect(Collectors.toMap(Tmpfs::target, Tmpfs::options, (first, last) -> last)));
        }
        config.withReadonlyRootfs(storage.readOnly()).withShmSize(storage.shmSize());
    }

    private static String source(ContainerRequest request, ContainerSpec.Mount.Bind bind) {
        return request.leading().getOrDefault(bind.source(), bind.source());
    }

    /// Never by the older form, which makes a directory where a file is missing.
    private static List<Mount> copies(ContainerRequest request) {
        List<MountedFile> files = request.role().mountedFiles();
        if (files.size() != request.mounts().size()) {
            throw new UntranslatableException("it mounts %d files, and %d were written for it"
                    .formatted(files.size(), request.mounts().size()));
        }
        List<Mount> mounts = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            mounts.add(new Mount()
                    .withType(MountType.BIND)
                    .withSource(request.mounts().get(i).toString())
                    .withTarget(files.get(i).target())
                    .withReadOnly(true));
        }
        return mounts;
    }

    private static Mount mount(MountType type, ContainerSpec.Mount volume) {
        return new Mount().withType(type).withTarget(volume.target()).withReadOnly(volume.readOnly());
    }

    /// A source that is missing fails the start, instead of becoming an empty directory of root's.
    private static Mount bind(ContainerSpec.Mount.Bind bind, String source) {
        Mount mount = mount(MountType.BIND, bind).withSource(source);
        return bind.propagation() == null
                ? mount
                : mount.withBindOptions(new BindOptions().withPropagation(propagation(bind.propagation())));
    }

    private static BindPropagation propagation(String word) {
        return switch (word) {
            case "private" -> BindPropagation.PRIVATE;
            case "rprivate" -> BindPropagation.R_PRIVATE;
            case "shared" -> BindPropagation.SHARED;
            case "rshared" -> BindPropagation.R_SHARED;
            case "slave" -> BindPropagation.SLAVE;
            case "rslave" -> BindPropagation.R_SLAVE;
            default -> throw new UntranslatableException("bind propagation \"%s\" is unknown".formatted(word));
        };
    }

    /// Only this form makes a missing directory.
    private static Bind oldBind(ContainerSpec.Mount.Bind bind, String source) {
        return new Bind(
                source,
                new Volume(bind.target()),
                bind.readOnly() ? AccessMode.ro : AccessMode.rw,
                SELContext.none,
                null,
                bind.propagation() == null
                        ? PropagationMode.DEFAULT_MODE
                        : PropagationMode.fromString(bind.propagation()));
    }

    private static Mount named(ContainerSpec.Mount.Named named, Owner owner) {
        Mount mount = mount(MountType.VOLUME, named).withSource(named.name());
        VolumeOptions options = new VolumeOptions();
        if (named.nocopy()) {
            options.withNoCopy(true);
        }
        if (!named.external()) {
            // Of effect only when this very call makes it.
            options.withLabels(Map.of(Owner.HOST, owner.host(), Owner.SERVICE, owner.service()));
        }
        return named.nocopy() || !named.external() ? mount.withVolumeOptions(options) : mount;
    }
}
