package dev.dhow.agent.yaml;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// Says in our words what the parser could not read; its own words follow in brackets.
final class ParserWords {
    private static final List<Map.Entry<String, String>> WORDS = List.of(
            Map.entry("(TAB)", "a tab cannot indent; use spaces"),
            Map.entry(
                    "mapping values are not allowed",
                    "a \": \" where a text ends; quote the text, or check the indentation"),
            Map.entry("cannot start any token", "a text cannot start with this character; quote it"),
            Map.entry("found unexpected end of stream", "the quote is not closed"),
            Map.entry("while scanning a simple key", "a key without \":\""),
            Map.entry("could not find expected ':'", "a key without \":\""),
            Map.entry("found unknown escape character", "an unknown \\ escape; use single quotes where \\ is meant"),
            Map.entry("expected <block end>", "wrong indentation, or text that must be quoted"),
            Map.entry("expected ',' or", "a list or map in brackets is not closed, or lacks a comma"),
            Map.entry("expected the node content", "a value is missing, or a bracket is not closed"),
            Map.entry("found undefined tag handle", "the tag is not allowed; types follow from the keys"),
            Map.entry("found duplicate anchor", "the anchor is there twice"));

    private ParserWords() {}

    /// The message for a failure of the parser.
    static String of(MarkedYAMLException failure) {
        String detail = detail(failure);
        return WORDS.stream()
                        .filter(entry -> detail.contains(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse("not valid YAML")
                + " (" + detail + ")";
    }

    /// Where it failed; a quote that is never closed is told where it starts.
    static @Nullable Mark mark(MarkedYAMLException failure) {
        boolean unclosed = failure.getContextMark() != null
                && (detail(failure).contains("found unexpected end of stream")
                        || detail(failure).contains("<stream end>"));
        return unclosed || failure.getProblemMark() == null ? failure.getContextMark() : failure.getProblemMark();
    }

    private static String detail(MarkedYAMLException failure) {
        StringBuilder text = new StringBuilder();
        if (failure.getContext() != null) {
            text.append(failure.getContext()).append(": ");
        }
        if (failure.getProblem() != null) {
            text.append(failure.getProblem());
        }
        return text.toString().replaceAll("\\s+", " ").strip();
    }
}
