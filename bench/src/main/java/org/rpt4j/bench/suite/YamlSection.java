package org.rpt4j.bench.suite;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rpt4j.run.config.key.Suggestion;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping of a YAML file. Scalars stay text and no object is constructed. Problems are collected, each with its place,
 * so that a reader sees all of them at once; what is asked for in vain has a harmless value.
 */
final class YamlSection {

    private final String file;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<String> problems;

    private YamlSection(String file, String path, @Nullable MappingNode mapping, List<String> problems) {
        this.file = file;
        this.path = path;
        this.line = mapping == null ? 1 : line(mapping);
        this.problems = problems;
        if (mapping != null) {
            mapping.getValue().forEach(this::add);
        }
    }

    /**
     * Reads a file.
     *
     * @param file its name, for messages
     * @param problems receives what is wrong
     */
    static YamlSection parse(String file, String text, List<String> problems) {
        MappingNode mapping = null;
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (root instanceof MappingNode found) {
                mapping = found;
            } else {
                problems.add(file + ": a suite is a mapping, as in \"name: my-suite\"");
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add(file + ":" + line + ": invalid YAML: " + e.getProblem());
        } catch (YAMLException | IllegalArgumentException e) {
            problems.add(file + ": invalid YAML: " + e.getMessage());
        }
        return new YamlSection(file, "", mapping, problems);
    }

    private void add(NodeTuple entry) {
        String name = scalar(entry.getKeyNode());
        if (name == null) {
            problem(entry.getKeyNode(), "a name must be a plain word");
        } else if (values.put(name, entry.getValueNode()) != null) {
            problem(entry.getKeyNode(), path + name + " is given twice");
        }
    }

    /** Whether the section has the key. */
    boolean has(String key) {
        asked.add(key);
        return values.containsKey(key);
    }

    /** Reports a key that is not there. */
    void requireKey(String key) {
        if (!has(key)) {
            problems.add(file + ":" + line + ": " + path + key + " is missing");
        }
    }

    /** A text that must be there and not blank. */
    String required(String key) {
        requireKey(key);
        return text(key).orElse("");
    }

    /** A text; one that is given must not be blank. */
    Optional<String> text(String key) {
        asked.add(key);
        Node node = values.get(key);
        if (node == null) {
            return Optional.empty();
        }
        String text = scalar(node);
        if (text == null || text.isBlank()) {
            problem(node, path + key + (text == null ? " must be a single text" : " is empty"));
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** A value made of a text; an {@link IllegalArgumentException} of its maker is a problem of the file. */
    <T> Optional<T> value(String key, Function<String, T> maker) {
        return text(key).flatMap(text -> made(values.get(key), key, text, maker));
    }

    /** Values made of a text or a list of texts. */
    <T> List<T> values(String key, Function<String, T> maker) {
        List<T> made = new ArrayList<>();
        for (Node node : nodes(key)) {
            String text = scalar(node);
            if (text == null || text.isBlank()) {
                problem(node, path + key + " must be a text or a list of texts");
            } else {
                made(node, key, text, maker).ifPresent(made::add);
            }
        }
        return made;
    }

    /** The nodes under a key: of a list its elements. */
    private List<Node> nodes(String key) {
        asked.add(key);
        Node node = values.get(key);
        if (node == null) {
            return List.of();
        }
        return node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
    }

    /** The section under a key; empty of values if it is not there. */
    YamlSection section(String key) {
        asked.add(key);
        Node node = values.get(key);
        if (node != null && !(node instanceof MappingNode)) {
            problem(node, path + key + " must be a section");
        }
        return new YamlSection(file, path + key + ".", node instanceof MappingNode found ? found : null, problems);
    }

    /** The elements of a list, each made of a text or of a section. */
    <T> List<T> elements(String key, Function<String, T> ofText, Function<YamlSection, Optional<T>> ofSection) {
        List<T> made = new ArrayList<>();
        for (Node node : nodes(key)) {
            if (node instanceof MappingNode mapping) {
                YamlSection section = new YamlSection(file, path + key + ".", mapping, problems);
                ofSection.apply(section).ifPresent(made::add);
                section.refuseOthers();
            } else {
                made(node, key, String.valueOf(scalar(node)), ofText).ifPresent(made::add);
            }
        }
        return made;
    }

    /** Reports something else that is wrong with a key. */
    void problem(String key, String what) {
        Node node = values.get(key);
        problems.add(file + ":" + (node == null ? line : line(node)) + ": " + path + key + " " + what);
    }

    /** Reports every key that nobody asked for. */
    void refuseOthers() {
        values.forEach((name, node) -> {
            if (!asked.contains(name)) {
                problem(
                        node,
                        path + name + " is unknown"
                                + Suggestion.of(name, asked)
                                        .map(near -> "; did you mean " + near + "?")
                                        .orElse("; known here: " + String.join(", ", asked)));
            }
        });
    }

    private <T> Optional<T> made(@Nullable Node node, String key, String text, Function<String, T> maker) {
        try {
            return Optional.of(maker.apply(text));
        } catch (IllegalArgumentException e) {
            problems.add(file + ":" + (node == null ? line : line(node)) + ": " + path + key + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private void problem(Node node, String what) {
        problems.add(file + ":" + line(node) + ": " + what);
    }

    private static @Nullable String scalar(Node node) {
        return node instanceof ScalarNode scalar && !node.getTag().equals(Tag.NULL) ? scalar.getValue() : null;
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
