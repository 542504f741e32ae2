package dev.dhow.agent.plan;

import dev.dhow.agent.runtime.ContainerRequest;
import dev.dhow.api.http.PlanBody.StepBody;
import dev.dhow.api.spec.RoleSpec;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One effect, with why. Steps hold values, never handles.
public sealed interface Step {
    /// `shop`, `shop/web` or `shop/web/1`.
    String subject();

    /// Why it is done, for people.
    String cause();

    /// What it is done to, for people: a container's name, an image.
    String object();

    /// Fetch an image.
    record Pull(String subject, String image, @Nullable String platform, String cause) implements Step {
        @Override
        public String object() {
            return image;
        }
    }

    /// Make a network.
    record CreateNetwork(String subject, String name, Map<String, String> labels, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Make a volume.
    record CreateVolume(String subject, String name, Map<String, String> labels, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Make a container. The start that follows it in the plan names the request, as there is no id yet.
    record Create(String subject, ContainerRequest request, String cause) implements Step {
        @Override
        public String object() {
            return request.name();
        }
    }

    /// Start a container.
    ///
    /// @param id null: the one that a [Create] of the same name just made
    record Start(String subject, String name, @Nullable String id, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Stop a container.
    record Stop(String subject, String name, String id, Duration grace, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Stop and start a container.
    record Restart(String subject, String name, String id, Duration grace, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Thaw a container.
    record Unpause(String subject, String name, String id, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Send requests to a container, and wait until the proxy has confirmed it.
    record Route(String subject, String name, String id, RoleSpec role, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Send a container no new requests.
    record Unroute(String subject, String name, String id, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Let a container finish its requests.
    ///
    /// @param most what is left after this time is cut
    record Drain(String subject, String name, String id, Duration most, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// Remove a stopped container.
    record Remove(String subject, String name, String id, String cause) implements Step {
        @Override
        public String object() {
            return name;
        }
    }

    /// The word for plans, logs and metrics.
    default String verb() {
        return switch (this) {
            case Pull _ -> "pull";
            case CreateNetwork _ -> "create-network";
            case CreateVolume _ -> "create-volume";
            case Create _ -> "create";
            case Start _ -> "start";
            case Stop _ -> "stop";
            case Restart _ -> "restart";
            case Unpause _ -> "unpause";
            case Route _ -> "route";
            case Unroute _ -> "unroute";
            case Drain _ -> "drain";
            case Remove _ -> "remove";
        };
    }

    /// As the API and the CLI tell it.
    default StepBody body() {
        return new StepBody(subject(), verb(), object(), cause());
    }
}
