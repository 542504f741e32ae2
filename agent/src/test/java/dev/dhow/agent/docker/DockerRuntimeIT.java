package dev.dhow.agent.docker;

import dev.dhow.agent.runtime.CallListener;
import dev.dhow.agent.runtime.ContainerRuntime;
import dev.dhow.agent.runtime.ContainerRuntimeContract;
import dev.dhow.agent.runtime.RuntimeWorld;
import dev.dhow.agent.state.Owner;
import dev.dhow.agent.state.Ticker;
import dev.dhow.agent.testing.FaultProxy;
import dev.dhow.agent.testing.TestEngine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The real Engine keeps the contract.
final class DockerRuntimeIT extends ContainerRuntimeContract {
    @Override
    protected RuntimeWorld open() {
        return new World(TestEngine.shared());
    }

    private static final class World implements RuntimeWorld {
        private final TestEngine engine;
        private final FaultProxy proxy;
        private final DockerRuntime runtime;

        World(TestEngine engine) {
            this.engine = engine;
            this.proxy = new FaultProxy(engine.socket());
            this.runtime = DockerRuntime.connect(proxy.uri(), "contract", Ticker.system(), CallListener.NONE);
        }

        @Override
        public ContainerRuntime runtime() {
            return runtime;
        }

        @Override
        public String sleeper() {
            return engine.images().sleeper();
        }

        @Override
        public String checked() {
            return engine.buildImage(
                    "dhow-test/checked:1",
                    "CMD [\"sh\", \"-c\", \"trap 'exit 0' TERM; sleep 100000 & wait\"]",
                    "HEALTHCHECK --interval=300ms --timeout=5s CMD true",
                    "EXPOSE 80");
        }

        @Override
        public List<String> spare() {
            engine.buildImage("dhow-test/spare:1", "LABEL spare=yes");
            engine.docker("tag", "dhow-test/spare:1", "dhow-test/other:1");
            return List.of("dhow-test/spare:1", "dhow-test/other:1");
        }

        @Override
        public String foreign(String name, @Nullable Owner owner) {
            List<String> line = new ArrayList<>(List.of("run", "-d", "--name", name, "--label", "made-by=hand"));
            if (owner != null) {
                owner.labels().forEach((key, value) -> line.addAll(List.of("--label", key + "=" + value)));
            }
            line.add(sleeper());
            return engine.docker(line.toArray(String[]::new));
        }

        @Override
        public void kill(String id) {
            engine.docker("kill", id);
        }

        @Override
        public void pause(String id) {
            engine.docker("pause", id);
        }

        @Override
        public void remove(String id) {
            engine.docker("rm", "-f", id);
        }

        @Override
        public void rename(String id, String name) {
            engine.docker("rename", id, name);
        }

        @Override
        public void heal(String id) {
            // Its check passes by itself.
        }

        @Override
        public void loseNextAnswer(String operation) {
            proxy.loseAnswerTo("/" + operation);
        }

        @Override
        public boolean exists(String name) {
            return engine.tryDocker("container", "inspect", name).exitCode() == 0;
        }

        @Override
        public void close() {
            runtime.close();
            proxy.close();
            TestEngines.removeAll(engine, Owner.HOST + "=contract");
            TestEngines.removeAll(engine, "made-by=hand");
        }
    }
}
