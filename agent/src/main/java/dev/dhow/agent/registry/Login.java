package dev.dhow.agent.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dhow.agent.state.ImageName;
import dev.dhow.api.spec.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What opens a registry.
public sealed interface Login {
    /// A user and a password, or an access token in its place.
    record Password(String username, Secret password) implements Login {}

    /// A token that the registry's own service exchanges for short-lived ones.
    record IdentityToken(Secret token) implements Login {}

    /// A token that is sent as it is.
    record RegistryToken(Secret token) implements Login {}

    /// Whose it is, for people.
    default String whose() {
        return switch (this) {
            case Password(String username, Secret _) -> "the user " + username;
            case IdentityToken _, RegistryToken _ -> "the token";
        };
    }

    /// The header `X-Registry-Auth` of Docker's API.
    ///
    /// @param registry as [ImageName] names it
    default Secret header(String registry) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case Password(String username, Secret password) ->
                body.put("username", username).put("password", password.value());
            case IdentityToken(Secret token) -> body.put("identitytoken", token.value());
            case RegistryToken(Secret token) -> body.put("registrytoken", token.value());
        }
        body.put("serveraddress", address(registry));
        return new Secret(Base64.getUrlEncoder().encodeToString(body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /// How Docker and its helpers call a registry: Hub by the address of its first API.
    static String address(String registry) {
        return registry.equals(ImageName.HUB) ? "https://index.docker.io/v1/" : registry;
    }
}
