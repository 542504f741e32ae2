package dev.dhow.agent.manifest;

import dev.dhow.agent.yaml.Document;
import dev.dhow.agent.yaml.Forms.Read;
import dev.dhow.agent.yaml.Node;
import dev.dhow.agent.yaml.Node.Mapping;
import dev.dhow.agent.yaml.Node.Scalar;
import dev.dhow.agent.yaml.Problems;
import dev.dhow.agent.yaml.ScalarEdit;
import dev.dhow.agent.yaml.ScalarEdit.Target;
import dev.dhow.api.status.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A service file as a text that somebody wrote: which service it names, and the same text with another image. Pure.
public final class FileText {
    private FileText() {}

    /// A text that was changed, or why it was not.
    ///
    /// @param content null: it was not changed
    /// @param problems empty where it was
    public record Changed(byte @Nullable [] content, List<Problem> problems) {
        /// Copies the list.
        public Changed {
            problems = List.copyOf(problems);
        }
    }

    /// What the key `service` says; empty where it says nothing that could be read.
    public static Optional<String> service(byte[] content) {
        Node root = Document.read("", content).root();
        return Optional.ofNullable(scalar(root, RootKeys.SERVICE.name())).map(Scalar::text);
    }

    /// Whether it was written as a service file, right or wrong: a map that names a service and its roles.
    public static boolean isService(byte[] content) {
        Node root = Document.read("", content).root();
        return scalar(root, RootKeys.SERVICE.name()) != null && value(root, RootKeys.ROLES.name()) != null;
    }

    /// Puts another image where the file has its own: at the root or, where the root has none, in every role, if all
    /// of them have the same.
    ///
    /// @param shownName the file as the user named it
    public static Changed withImage(String shownName, byte[] content, String image) {
        Document document = Document.read(shownName, content);
        Problems problems = document.problems();
        Node root = document.root();
        if (root == null || problems.anyError()) {
            return new Changed(null, problems.sorted());
        }
        if (ContainerForms.image(image) instanceof Read.Bad<String>(String message)) {
            return new Changed(null, List.of(Problem.ofFile("--image", message)));
        }
        List<Target> targets = targets(root);
        if (targets.isEmpty()) {
            problems.error(root.place(), "", "there is no image to replace; write \"image: %s\"".formatted(image));
            return new Changed(null, problems.sorted());
        }
        Target first = targets.getFirst();
        for (Target other : targets) {
            if (!other.scalar().text().equals(first.scalar().text())) {
                problems.error(
                        other.scalar().place(),
                        other.path(),
                        "roles have different images (%s has \"%s\"), so one image does not fit all; edit the file"
                                .formatted(first.path(), first.scalar().text()));
                return new Changed(null, problems.sorted());
            }
        }
        return ScalarEdit.replace(document, content, targets, image)
                .map(changed -> new Changed(changed, List.of()))
                .orElseGet(() -> {
                    problems.error(
                            first.scalar().place(),
                            first.path(),
                            "this cannot be replaced by itself, because it is an alias, is used by one, or is not"
                                    + " written in one line; edit the file");
                    return new Changed(null, problems.sorted());
                });
    }

    private static List<Target> targets(Node root) {
        String key = ContainerKeys.IMAGE.name();
        Scalar own = scalar(root, key);
        if (own != null) {
            return List.of(new Target(key, own));
        }
        List<Target> targets = new ArrayList<>();
        if (value(root, RootKeys.ROLES.name()) instanceof Mapping roles) {
            for (Node.Entry role : roles.entries()) {
                Scalar image = scalar(role.value(), key);
                if (image != null) {
                    String path =
                            String.join(".", RootKeys.ROLES.name(), role.key().text(), key);
                    targets.add(new Target(path, image));
                }
            }
        }
        return targets;
    }

    private static @Nullable Scalar scalar(@Nullable Node map, String key) {
        return value(map, key) instanceof Scalar scalar && !scalar.isNull() ? scalar : null;
    }

    private static @Nullable Node value(@Nullable Node map, String key) {
        if (map instanceof Mapping mapping) {
            for (Node.Entry entry : mapping.entries()) {
                if (entry.key().text().equals(key)) {
                    return entry.value();
                }
            }
        }
        return null;
    }
}
