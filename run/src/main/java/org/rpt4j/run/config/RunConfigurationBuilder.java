package org.rpt4j.run.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.commons.configuration2.ImmutableConfiguration;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.config.source.ConfigurationFile;
import org.rpt4j.run.config.source.Given;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;

/**
 * Collects values from all sources. Precedence does not depend on the order of the calls: values from code override
 * system properties, these override the environment, then files, then defaults. Within one rank the last value wins.
 * Not thread-safe.
 *
 * @since 0.1.0
 */
public final class RunConfigurationBuilder {

    /** What Java makes of bytes that are not in the encoding of the locale. */
    private static final char UNREADABLE = '\uFFFD';

    private enum Rank {
        FILE,
        ENVIRONMENT,
        SYSTEM_PROPERTY,
        BUILDER
    }

    private final Map<Rank, Map<String, Given>> layers = new EnumMap<>(Rank.class);
    private final List<String> problems = new ArrayList<>();

    RunConfigurationBuilder() {}

    /** Adds the values of a {@code .properties}, {@code .yaml}, {@code .yml} or {@code .json} file. */
    public RunConfigurationBuilder file(Path file) {
        try {
            ConfigurationFile.read(file).forEach(given -> add(Rank.FILE, given));
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
        }
        return this;
    }

    /**
     * Adds a configuration that the application already holds in memory, with the rank of a file.
     *
     * @param name name used in messages
     */
    public RunConfigurationBuilder configuration(ImmutableConfiguration configuration, String name) {
        configuration.getKeys().forEachRemaining(key -> {
            List<String> texts = List.of(configuration.getStringArray(key));
            add(Rank.FILE, texts.size() == 1 ? Given.value(key, texts.get(0), name) : Given.list(key, texts, name));
        });
        return this;
    }

    /**
     * Adds the values that a run was started with, with the rank of a file.
     *
     * @throws org.rpt4j.api.error.StorageException if the directory does not contain a run
     */
    public RunConfigurationBuilder run(Path directory) {
        for (RecordedSetting setting : RecordedRun.open(directory).configuration()) {
            if (setting.isGiven()) {
                add(Rank.FILE, Given.value(setting.name(), setting.value(), setting.source()));
            }
        }
        return this;
    }

    /** Adds the {@code RPT4J_...} variables of an environment, such as {@link System#getenv()}. */
    public RunConfigurationBuilder environment(Map<String, String> variables) {
        new TreeMap<>(variables)
                .forEach((name, text) -> ForeignNames.environment(name, problems)
                        .ifPresent(key -> {
                            if (text.indexOf(UNREADABLE) >= 0) {
                                problems.add("environment " + name + ": has bytes that this Java cannot read as "
                                        + System.getProperty("sun.jnu.encoding")
                                        + ". Set a UTF-8 locale, such as LC_ALL=C.UTF-8.");
                            }
                            add(Rank.ENVIRONMENT, Given.value(key, text, "environment " + name));
                        }));
        return this;
    }

    /** Adds the {@code rpt4j....} properties, such as those of {@link System#getProperties()}. */
    public RunConfigurationBuilder systemProperties(Properties properties) {
        properties.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> ForeignNames.systemProperty(name, problems)
                        .ifPresent(key -> add(
                                Rank.SYSTEM_PROPERTY,
                                Given.value(key, properties.getProperty(name), "system property " + name))));
        return this;
    }

    /** Sets a value from code. */
    public <T> RunConfigurationBuilder set(Key<T> key, T value) {
        return set(key, value, "builder");
    }

    /**
     * Sets a value from code.
     *
     * @param origin source of the value, such as {@code command line}
     */
    public <T> RunConfigurationBuilder set(Key<T> key, T value, String origin) {
        return set(key.name(), key.type().format(value), origin);
    }

    /**
     * Sets a value from code as text, for user input.
     *
     * @param origin source of the value, such as {@code command line}
     */
    public RunConfigurationBuilder set(String name, String text, String origin) {
        add(Rank.BUILDER, Given.value(name, text, origin));
        return this;
    }

    /**
     * Sets a list from text, for what a user typed.
     *
     * @param origin where it came from, such as {@code command line}
     */
    public RunConfigurationBuilder set(String name, List<String> texts, String origin) {
        add(Rank.BUILDER, Given.list(name, texts, origin));
        return this;
    }

    /**
     * Builds the configuration.
     *
     * @throws ConfigurationException listing every error of every source
     */
    public RunConfiguration build() {
        return buildFor(Sections.keys(), List.of());
    }

    /**
     * Builds the configuration of a part of a run, such as scoring a corpus. Every given value is read, but only the
     * keys of this part have to go together.
     *
     * @param keys the keys that the part uses
     * @param required those of them that need a value, besides those that always do
     * @throws ConfigurationException listing every error of every source
     */
    public RunConfiguration buildFor(Collection<Key<?>> keys, Collection<Key<?>> required) {
        Map<String, Given> effective = new LinkedHashMap<>();
        layers.values().forEach(effective::putAll);
        return new Resolution(problems, keys, required).resolve(effective.values());
    }

    private void add(Rank rank, Given given) {
        layers.computeIfAbsent(rank, unused -> new LinkedHashMap<>()).put(given.name(), given);
    }
}
