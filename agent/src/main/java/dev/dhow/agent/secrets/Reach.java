package dev.dhow.agent.secrets;

import java.util.List;
import java.util.Optional;

/// Decides whether anyone but root and the agent can read a file, by the modes of it and of all directories above it
/// together. Pure.
///
/// The one to keep out is whoever can do most: a user who is in every group that is not the agent's. Access lists
/// (ACLs) show in the group's bits, so they are not overlooked.
final class Reach {
    private Reach() {}

    /// A directory or file on the way.
    ///
    /// @param ownUser whether its owner is root or the agent's user
    /// @param ownGroup whether its group is root's or the agent's
    /// @param mode its permission bits
    record Node(String path, boolean ownUser, boolean ownGroup, int mode) {
        /// @param bit what others need, such as 4 to read
        private boolean letsIn(int bit) {
            return (mode & bit) != 0
                    || (!ownGroup && (mode & (bit << 3)) != 0)
                    || (!ownUser && (mode & (bit << 6)) != 0);
        }
    }

    /// What is wrong, with the command that puts it right; empty: only root and the agent can read it.
    ///
    /// @param directories from the root directory down
    static Optional<String> problem(List<Node> directories, Node file) {
        boolean reached = directories.stream().allMatch(directory -> directory.letsIn(1)) && file.letsIn(4);
        // Who owns a file can give himself the right to read it.
        boolean owned = !file.ownUser() && directories.stream().allMatch(directory -> directory.letsIn(1));
        if (!reached && !owned) {
            return Optional.empty();
        }
        String mode = "%04o".formatted(file.mode());
        if (!file.ownUser()) {
            return Optional.of(
                    "its owner is neither root nor the agent's user (mode %s): chown root:dhow %s && chmod 0640 %s"
                            .formatted(mode, file.path(), file.path()));
        }
        if ((file.mode() & 4) != 0) {
            return Optional.of("other users can read it (mode %s): chmod 0640 %s".formatted(mode, file.path()));
        }
        return Optional.of("a group that is not the agent's can read it (mode %s): chgrp dhow %s && chmod 0640 %s"
                .formatted(mode, file.path(), file.path()));
    }
}
