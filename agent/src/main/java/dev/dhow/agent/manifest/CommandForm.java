package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Form;
import dev.dhow.agent.yaml.Forms;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command line: a list of words, or one text that is split into words as a POSIX shell does, without running one.
final class CommandForm implements Form<List<String>> {
    static final CommandForm COMMAND = new CommandForm();

    private CommandForm() {}

    @Override
    public String words() {
        return "text or list of text";
    }

    @Override
    public @Nullable List<String> bind(Node node, Scope scope) {
        if (node instanceof Node.Sequence list) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < list.items().size(); i++) {
                String word = Forms.textOf(list.items().get(i), "a text", scope.at(i));
                if (word != null) {
                    words.add(word);
                }
            }
            return words;
        }
        String text = Forms.textOf(node, "a text or a list of texts", scope);
        if (text == null) {
            return null;
        }
        List<String> words = split(text);
        if (words == null) {
            scope.error(node, "a quote in the command is not closed; close it, or write a list of words");
        }
        return words;
    }

    @Override
    public Object write(List<String> value) {
        return value;
    }

    /// The words of a line; null: a quote is not closed, or it ends in a backslash.
    static @Nullable List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
                continue;
            }
            inWord = true;
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == '\\' && quote != '\'') {
                if (++i == line.length()) {
                    return null;
                }
                char next = line.charAt(i);
                // Between double quotes a backslash stands for itself, but before these two.
                word.append(quote == '"' && next != '"' && next != '\\' ? "\\" + next : String.valueOf(next));
            } else {
                word.append(c);
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return quote == 0 ? words : null;
    }
}
