package dev.dhow.agent.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralTest {
    /// A method that is not passed on would be silence in the metrics, because each has a default.
    @Test
    void everythingIsPassedOn() throws Exception {
        for (Method method : ProxyListener.class.getDeclaredMethods()) {
            List<String> heard = new ArrayList<>();
            Several several = new Several(List.of(hearing(heard, "a"), hearing(heard, "b")));
            heard.clear();
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(type -> type == int.class ? (Object) 0 : null)
                    .toArray();
            method.invoke(several, arguments);
            if (!method.getName().equals("wantsVisits")) {
                assertEquals(List.of("a " + method.getName(), "b " + method.getName()), heard);
            }
        }
    }

    private static ProxyListener hearing(List<String> heard, String name) {
        return (ProxyListener) Proxy.newProxyInstance(
                SeveralTest.class.getClassLoader(), new Class<?>[] {ProxyListener.class}, (_, method, _) -> {
                    heard.add(name + " " + method.getName());
                    return method.getReturnType() == boolean.class ? true : null;
                });
    }
}
