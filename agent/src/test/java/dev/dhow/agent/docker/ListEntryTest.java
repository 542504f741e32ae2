package dev.dhow.agent.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListEntryTest {
    private static final String ONE = """
        {"Id":"f00","Names":["/other/link","/shop-web-1"],"Image":"shop:1","ImageID":"sha256:1","Command":"x",
         "Created":1,"Ports":[{"PrivatePort":80}],"Labels":{"a":"b","dev.dhow.host":"h"},"State":"running",
         "Status":"Up 5 minutes (healthy)","HostConfig":{"NetworkMode":"dhow"},
         "NetworkSettings":{"Networks":{"dhow":{"IPAMConfig":{},"IPAddress":"10.0.0.2","Links":null},
                                        "none":{"IPAddress":""}}},
         "Mounts":[{"Type":"volume"}]}\
        """;

    private static List<ListEntry> read(String json) throws IOException {
        return ListEntry.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theListIsReadIntoWhatMatters() throws IOException {
        ListEntry entry = new ListEntry(
                "f00",
                "shop-web-1",
                "sha256:1",
                "running",
                StatusLine.parse("Up 5 minutes (healthy)"),
                Map.of("a", "b", "dev.dhow.host", "h"),
                Map.of("dhow", "10.0.0.2", "none", ""));
        assertEquals(List.of(entry, entry), read("[" + ONE + "," + ONE + "]"));
        assertEquals(List.of(), read("[]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[", "[{\"Id\":\"a\"", "[{\"Id\":\"a\"},", "<html>", "null"})
    void aTruncatedListIsNotAShorterOne(String json) {
        assertThrows(IOException.class, () -> read(json));
    }

    @ParameterizedTest
    @CsvSource({
        "Up 5 seconds,Up 6 seconds,false",
        "Up Less than a second,Up 1 second,false",
        "Up 59 seconds,Up About a minute,false",
        "Up About a minute,Up 2 minutes,false",
        "Up 59 minutes,Up About an hour,false",
        "Up 46 hours,Up 2 days,false",
        "Up 13 days,Up 2 weeks,false",
        "Up 2 months,Up 2 years,false",
        "Up 5 minutes,Up 3 seconds,true",
        "Up 2 days,Up About an hour,true",
        "Up 5 seconds (health: starting),Up 6 seconds (healthy),true",
        "Up 5 seconds,Up 6 seconds (Paused),true",
        "Exited (0) 5 seconds ago,Exited (1) 6 seconds ago,true",
        "Exited (0) 5 minutes ago,Exited (0) 6 minutes ago,false",
        "Exited (0) 5 minutes ago,Exited (0) 2 seconds ago,true",
        "Created,Created,false",
        "Created,Up Less than a second,true"
    })
    void onlyWhatTimeAloneCannotMakeIsAChange(String earlier, String later, boolean differs) {
        assertEquals(differs, StatusLine.parse(later).differsFrom(StatusLine.parse(earlier)));
    }

    @Test
    void anyFieldThatMattersIsAChange() throws IOException {
        ListEntry entry = read("[" + ONE + "]").getFirst();
        assertFalse(entry.differsFrom(entry));
        for (String[] change : new String[][] {
            {"\"running\"", "\"exited\""},
            {"/shop-web-1", "/renamed"},
            {"sha256:1", "sha256:2"},
            {"10.0.0.2", "10.0.0.3"},
            {"\"a\":\"b\"", "\"a\":\"c\""},
            {"(healthy)", "(unhealthy)"}
        }) {
            assertTrue(
                    read("[" + ONE.replace(change[0], change[1]) + "]")
                            .getFirst()
                            .differsFrom(entry),
                    change[0]);
        }
    }
}
