package dev.dhow.agent.secrets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dhow.agent.secrets.Reach.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes are written `owner:group:mode`, with `us` for root and the agent and `them` for anybody else.
class ReachTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        us:us:755   | us:us:640     | fine
        us:us:755   | us:us:600     | fine
        us:us:755   | us:us:644     | other users can read it (mode 0644): chmod 0640 /s
        us:us:2770  | us:us:644     | fine
        us:us:750   | us:us:666     | fine
        us:them:750 | us:us:644     | other users can read it (mode 0644): chmod 0640 /s
        us:them:700 | us:us:644     | fine
        us:us:755   | us:them:640   | a group that is not the agent's can read it (mode 0640): chgrp dhow /s && chmod 0640 /s
        us:us:755   | us:them:600   | fine
        us:us:750   | us:them:640   | fine
        us:them:750 | us:them:640   | a group that is not the agent's can read it (mode 0640): chgrp dhow /s && chmod 0640 /s
        us:us:755   | them:us:640   | its owner is neither root nor the agent's user (mode 0640): chown root:dhow /s && chmod 0640 /s
        us:us:755   | them:us:000   | its owner is neither root nor the agent's user (mode 0000): chown root:dhow /s && chmod 0640 /s
        us:us:750   | them:us:640   | fine
        them:us:700 | us:us:640     | fine
        them:us:700 | us:us:644     | other users can read it (mode 0644): chmod 0640 /s
        them:us:700 | us:them:640   | a group that is not the agent's can read it (mode 0640): chgrp dhow /s && chmod 0640 /s
        us:us:711   | us:us:604     | other users can read it (mode 0604): chmod 0640 /s
        """)
    void onlyRootAndTheAgentMayRead(String directory, String file, String verdict) {
        List<Node> directories = new ArrayList<>(List.of(node("us:us:755", "/")));
        directories.add(node(directory, "/d"));
        assertEquals(verdict, Reach.problem(directories, node(file, "/s")).orElse("fine"));
    }

    private static Node node(String text, String path) {
        String[] parts = text.split(":");
        return new Node(path, parts[0].equals("us"), parts[1].equals("us"), Integer.parseInt(parts[2], 8) & 0777);
    }
}
