package org.rpt4j.run.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.source.ConfigurationFile;
import org.rpt4j.run.config.source.Given;

/**
 * A way to train: some settings that replace those of the base configuration.
 *
 * @param name what it is called; of letters, digits, {@code .}, {@code _}, {@code -} and {@code +}, since it names a folder
 * @param settings values as text, by the name of their key; none for the base configuration itself
 * @since 0.1.0
 */
public record Variant(String name, Map<String, String> settings) {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+-]*";

    public Variant {
        settings = Map.copyOf(settings);
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException(
                    "the variant \"" + name + "\" has no name of letters, digits, '.', '_'," + " '-' and '+'");
        }
    }

    /**
     * Every combination of values, in the order in which they are given; the last key varies fastest.
     *
     * @param values of each key by its name
     * @throws IllegalArgumentException if two combinations have one name
     */
    public static List<Variant> product(Map<String, List<String>> values) {
        List<Map<String, String>> combinations = List.of(Map.of());
        for (Map.Entry<String, List<String>> key : values.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> combination : combinations) {
                for (String value : key.getValue()) {
                    Map<String, String> more = new LinkedHashMap<>(combination);
                    more.put(key.getKey(), value);
                    longer.add(more);
                }
            }
            combinations = longer;
        }
        List<Variant> variants = combinations.stream()
                .map(settings -> new Variant(
                        settings.values().stream().map(Variant::plain).collect(Collectors.joining("+")), settings))
                .toList();
        requireDistinct(variants);
        return variants;
    }

    private static String plain(String value) {
        String plain = value.replaceAll("[^A-Za-z0-9._-]+", "_");
        return plain.matches(NAME) ? plain : "x" + plain;
    }

    /**
     * Reads variants from a file in a format of configurations: on the first level their names, below each its settings.
     *
     * @throws ConfigurationException if the file cannot be read, or a name is not one
     */
    public static List<Variant> read(Path file) {
        Map<String, Map<String, String>> found = new LinkedHashMap<>();
        for (Given given : ConfigurationFile.read(file)) {
            int dot = given.name().indexOf('.');
            if (dot < 1) {
                throw new ConfigurationException(List.of(given.origin() + ": " + given.name()
                        + " is no setting of a variant. Write NAME.KEY, or the settings below the name."));
            }
            found.computeIfAbsent(given.name().substring(0, dot), name -> new LinkedHashMap<>())
                    .put(given.name().substring(dot + 1), String.join(",", given.texts()));
        }
        try {
            return found.entrySet().stream()
                    .map(one -> new Variant(one.getKey(), one.getValue()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(List.of(file + ": " + e.getMessage()));
        }
    }

    /** Checks that no two variants share a name, and so a folder. */
    static void requireDistinct(List<Variant> variants) {
        Set<String> names = new HashSet<>();
        for (Variant variant : variants) {
            if (!names.add(variant.name())) {
                throw new IllegalArgumentException("two variants are called \"" + variant.name() + "\". Rename one.");
            }
        }
    }
}
