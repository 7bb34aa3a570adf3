package org.rpt4j.run.config.source;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
 * Reads the structure of YAML files: nested mappings, whose names are joined by dots, or dotted names. Scalars stay
 * text, and no object is constructed.
 */
final class YamlFormat {

    private final FileValues values;

    private YamlFormat(FileValues values) {
        this.values = values;
    }

    static void read(String text, FileValues values) {
        @Nullable Node root;
        try {
            root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw values.malformed(line, "invalid YAML: " + e.getProblem() + ".", e);
        } catch (YAMLException | IllegalArgumentException e) {
            throw values.malformed(1, "invalid YAML: " + e.getMessage(), e);
        }
        if (root != null) {
            new YamlFormat(values).document(root);
        }
    }

    private void document(Node root) {
        if (!(root instanceof MappingNode mapping)) {
            throw values.malformed(line(root), "a configuration must be a mapping, as in \"training: ...\".", null);
        }
        mapping("", mapping);
    }

    private void mapping(String prefix, MappingNode mapping) {
        requirePlain(mapping);
        for (NodeTuple entry : mapping.getValue()) {
            String name = prefix + scalar("a name", entry.getKeyNode());
            Node value = entry.getValueNode();
            String origin = values.at(line(entry.getKeyNode()));
            if (value instanceof MappingNode inner) {
                mapping(name + ".", inner);
            } else if (value instanceof SequenceNode sequence) {
                requirePlain(sequence);
                values.add(Given.list(name, elements(name, sequence), origin));
            } else {
                values.add(Given.value(name, scalar(name, value), origin));
            }
        }
    }

    private List<String> elements(String name, SequenceNode sequence) {
        List<String> elements = new ArrayList<>();
        sequence.getValue().forEach(element -> elements.add(scalar(name, element)));
        return elements;
    }

    private String scalar(String name, Node node) {
        requirePlain(node);
        if (!(node instanceof ScalarNode scalar)) {
            throw values.malformed(line(node), name + " is a list or mapping; a single value is expected.", null);
        }
        if (scalar.getTag().equals(Tag.NULL)) {
            throw values.malformed(line(node), name + " has no value. Give it one, or remove the line.", null);
        }
        return scalar.getValue();
    }

    /** An alias shares the node of its anchor: without anchors the tree is no larger than the file. */
    private void requirePlain(Node node) {
        if (node.getAnchor() != null) {
            throw values.malformed(
                    line(node), "anchors and aliases (& and *) are not supported. Write the value out.", null);
        }
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
