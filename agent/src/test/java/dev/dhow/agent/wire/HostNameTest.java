package dev.dhow.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    /// K5
    @ParameterizedTest
    @CsvSource({
        "a, a, false",
        "Shop.EXAMPLE.com, shop.example.com, false",
        "shop.example.com., shop.example.com, false",
        "shop.example.com:443, shop.example.com, false",
        "shop.example.com.:443, shop.example.com, false",
        "a:, a, false",
        "a_b.example, a_b.example, false",
        "10.0.0.1:80, 10.0.0.1, true",
        "[::1], ::1, true",
        "[FE80::1]:8080, fe80::1, true",
        "1.example, 1.example, false",
    })
    void isComparedWithoutCasePortAndDot(String authority, String host, boolean address) {
        assertEquals(host, HostName.of(authority));
        assertEquals(address, HostName.isAddress(host));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "a/b",
                "a@b",
                "a b",
                "a:x",
                "a:123456",
                ".a",
                ".",
                "[::1",
                "[]",
                "[a]",
                "::1",
                "a#",
                "a?b",
                "a,b",
                "ä"
            })
    void isNoneWhereItCouldBeReadInTwoWays(String authority) {
        assertNull(HostName.of(authority));
    }
}
