package dev.dhow.agent.policy;

/// Something that a service file asks for and the policy does not allow.
///
/// @param key of the role, such as `cap_add`
/// @param index which entry of the key's list, from 0; -1: the key as a whole
/// @param message for people: what is denied, and the exact line to add to `agent.yaml`
public record Denial(String role, String key, int index, String message) {}
