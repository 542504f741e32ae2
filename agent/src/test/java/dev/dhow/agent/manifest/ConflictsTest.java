package dev.dhow.agent.manifest;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dhow.api.status.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConflictsTest {
    private static final Manifest SHOP = web("shop", "proxy: {hosts: [x.example.com, shop.example.com]}");
    private static final Manifest BLOG = web("blog", "proxy: {hosts: [SHOP.example.com]}");

    /// K8
    @Test
    void refusesTheNewcomerAndNamesTheHolder() {
        Map<String, List<Problem>> refused = Conflicts.between(List.of(SHOP, BLOG), Set.of("shop"));
        assertEquals(Set.of("blog"), refused.keySet());
        assertEquals(
                "blog.yaml:5:21: roles.web.proxy.hosts[0]: shop.example.com/ is held by service \"shop\", role \"web\""
                        + " (shop.yaml:5:36); use another host or path_prefix",
                first(refused, "blog").summary());
        assertEquals(
                "    proxy: {hosts: [SHOP.example.com]}", first(refused, "blog").source());
    }

    @Test
    void refusesBothWhereNobodyHoldsIt() {
        Map<String, List<Problem>> refused = Conflicts.between(List.of(SHOP, BLOG), Set.of());
        assertEquals(Set.of("blog", "shop"), refused.keySet());
        assertTrue(first(refused, "shop").message().contains("also claimed by service \"blog\""));
        assertTrue(first(refused, "blog").message().contains("also claimed by service \"shop\""));
    }

    @Test
    void letsServicesGoOnThatShareNothing() {
        Manifest path = web("path", "proxy: {hosts: [shop.example.com], path_prefix: /blog}");
        assertEquals(Map.of(), Conflicts.between(List.of(SHOP, path, web("plain", "")), Set.of()));
    }

    /// K8
    @Test
    void seesTwoDefaultRoutes() {
        Map<String, List<Problem>> refused =
                Conflicts.between(List.of(web("a", ""), web("b", "proxy: {default: true, hosts: [b.c]}")), Set.of("b"));
        assertEquals(Set.of("a"), refused.keySet());
        assertTrue(first(refused, "a").message().startsWith("the default route is held by service \"b\""));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80:80, 127.0.0.1:80:8080, true",
        "127.0.0.1:80:80, 0.0.0.0:80:80, true",
        "0.0.0.0:80:80, 10.0.0.1:70-90:70-90, true",
        "127.0.0.1:80:80, 10.0.0.1:80:80, false",
        "127.0.0.1:80:80, 127.0.0.1:81:80, false",
        "127.0.0.1:80:80, 127.0.0.1:80:80/udp, false",
        "127.0.0.1::80, 127.0.0.1::80, false",
        "[::]:80:80, [0:0::1]:80:80, true",
        "[::]:80:80, 0.0.0.0:80:80, false",
        "[::1]:80:80, [0:0:0:0:0:0:0:1]:80:80, true",
    })
    void comparesHostPorts(String one, String other, boolean conflict) {
        Manifest a = web("a", "proxy: false, ports: [\"%s\"]".formatted(one).replace(", ports", "\n    ports"));
        Manifest b = web("b", "proxy: false, ports: [\"%s\"]".formatted(other).replace(", ports", "\n    ports"));
        assertEquals(conflict, Conflicts.between(List.of(a, b), Set.of("a")).containsKey("b"));
    }

    private static Problem first(Map<String, List<Problem>> refused, String service) {
        return requireNonNull(refused.get(service)).getFirst();
    }

    private static Manifest web(String service, String keys) {
        String text = "version: 1\nservice: %s\nroles:\n  web:\n    %s\n    image: a\n"
                .formatted(service, keys.isEmpty() ? "replicas: 1" : keys);
        Manifest manifest = Manifests.read(
                service + ".yaml", service, text.getBytes(StandardCharsets.UTF_8), Path.of("/"), TestFiles.FILES);
        assertTrue(manifest.valid(), () -> manifest.problems().toString());
        return manifest;
    }
}
