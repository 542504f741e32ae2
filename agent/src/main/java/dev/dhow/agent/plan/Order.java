package dev.dhow.agent.plan;

import dev.dhow.api.spec.Defaults;
import dev.dhow.api.spec.RoleSpec;
import dev.dhow.api.spec.RolloutSpec;

/// Whether the old container of a role stops before the new one starts, and why.
///
/// @param why for people; empty where the new one comes first
record Order(boolean stopFirst, String why) {
    private static final Order START_FIRST = new Order(false, "");

    static Order of(RoleSpec role) {
        if (Defaults.order(role) == RolloutSpec.Order.START_FIRST) {
            return START_FIRST;
        }
        return role.rollout().order() != null
                ? new Order(true, "stop_first")
                : new Order(
                        true, "stop_first, because " + Defaults.notShared(role).orElseThrow());
    }
}
