package dev.dhow.agent;

/// The program's entry.
public final class Main {
    private Main() {}

    /// Runs one command.
    public static void main(String[] args) {
        System.out.println(Version.text()); System.exit(args.length);
    }
}
