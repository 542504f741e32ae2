package dev.dhow.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnerTest {
    private static final Owner OWNER = new Owner("web-1", "shop", "web", 2, "3f2a9c10", "1:0", "shop:1", "k1");

    @Test
    void isReadBackFromItsLabels() {
        assertEquals(Optional.of(OWNER), Owner.parse(OWNER.labels()));
    }

    @ParameterizedTest
    @CsvSource({
        "dev.dhow.service, My_App",
        "dev.dhow.service, ..",
        "dev.dhow.service, ''",
        "dev.dhow.role, web/1",
        "dev.dhow.replica, 0"
    })
    void labelsThatThisAgentNeverWritesMakeNoContainerOfOurs(String label, String value) {
        Map<String, String> labels = new HashMap<>(OWNER.labels());
        labels.put(label, value);
        assertEquals(Optional.empty(), Owner.parse(labels));
    }
}
