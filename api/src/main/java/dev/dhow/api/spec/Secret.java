package dev.dhow.api.spec;

/// A value that is shown nowhere but in its container.
public record Secret(String value) {
    @Override
    public String toString() {
        return "Secret[***]";
    }
}
