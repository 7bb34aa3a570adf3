package org.rpt4j.spark;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.setting.Setting;

/**
 * The settings of Spark that begin with {@value #PREFIX}: the inner backend, and each of {@link ClusterOptions} under
 * its name. Immutable and thread-safe.
 */
final class SparkSettings {

    static final String PREFIX = "spark.rpt4j.";
    static final String BACKEND = PREFIX + "backend";
    static final String DEFAULT_BACKEND = "native";

    private final Map<String, String> values = new TreeMap<>();
    private final ClusterOptions cluster;

    /** @throws BackendUnavailableException if a setting is unknown or has a value that is not allowed */
    SparkSettings(SparkConf conf) {
        for (var entry : conf.getAllWithPrefix(PREFIX)) {
            values.put(PREFIX + entry._1(), entry._2());
        }
        Map<String, String> left = new TreeMap<>(values);
        left.remove(BACKEND);
        ClusterOptions.Builder builder = ClusterOptions.builder();
        take(left, ClusterOptions.PROMPTS_PER_TASK, Integer::parseInt).ifPresent(builder::promptsPerTask);
        take(left, ClusterOptions.SEQUENCES_PER_TASK, Integer::parseInt).ifPresent(builder::sequencesPerTask);
        take(left, ClusterOptions.SHARED_DIRECTORY, Path::of).ifPresent(builder::sharedDirectory);
        take(left, ClusterOptions.WEIGHTS_PORT, Integer::parseInt).ifPresent(builder::weightsPort);
        take(left, ClusterOptions.IDLE_SECONDS, Integer::parseInt).ifPresent(builder::idleSeconds);
        take(left, ClusterOptions.GRADIENT_MIB, Integer::parseInt).ifPresent(builder::gradientMib);
        take(left, ClusterOptions.CUT_ON_DRIVER, SparkSettings::flag).ifPresent(builder::cutOnDriver);
        take(left, ClusterOptions.MIXED_EXECUTORS, SparkSettings::flag).ifPresent(builder::mixedExecutors);
        take(left, ClusterOptions.PARTS_DIRECTORY, text -> text).ifPresent(builder::partsDirectory);
        take(left, ClusterOptions.BLOCKS_PER_PART, Integer::parseInt).ifPresent(builder::blocksPerPart);
        if (!left.isEmpty()) {
            throw new BackendUnavailableException("the settings of Spark " + left.keySet()
                    + " are unknown. There are: " + BACKEND + ", "
                    + String.join(
                            ", ",
                            PREFIX + ClusterOptions.PROMPTS_PER_TASK.name(),
                            PREFIX + ClusterOptions.SEQUENCES_PER_TASK.name(),
                            PREFIX + ClusterOptions.SHARED_DIRECTORY.name(),
                            PREFIX + ClusterOptions.WEIGHTS_PORT.name(),
                            PREFIX + ClusterOptions.IDLE_SECONDS.name(),
                            PREFIX + ClusterOptions.GRADIENT_MIB.name(),
                            PREFIX + ClusterOptions.CUT_ON_DRIVER.name(),
                            PREFIX + ClusterOptions.MIXED_EXECUTORS.name(),
                            PREFIX + ClusterOptions.PARTS_DIRECTORY.name(),
                            PREFIX + ClusterOptions.BLOCKS_PER_PART.name())
                    + ".");
        }
        this.cluster = builder.build();
    }

    private static <T> Optional<T> take(Map<String, String> left, Setting<T> setting, Function<String, T> parse) {
        String name = PREFIX + setting.name();
        return Optional.ofNullable(left.remove(name)).map(text -> {
            try {
                return setting.check(parse.apply(text.strip()));
            } catch (IllegalArgumentException e) {
                throw new BackendUnavailableException(
                        "the setting of Spark " + name + " is \"" + text + "\": " + e.getMessage(), e);
            }
        });
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        };
    }

    /** Name of the backend that executors open. */
    String backend() {
        String name = values.getOrDefault(BACKEND, DEFAULT_BACKEND);
        if (name.equals(SparkBackend.NAME)) {
            throw new BackendUnavailableException("the setting of Spark " + BACKEND + " is \"" + name
                    + "\", which is the cluster itself. Name the backend that executors open, such as "
                    + DEFAULT_BACKEND + ".");
        }
        return name;
    }

    /** How work is spread. */
    ClusterOptions cluster() {
        return cluster;
    }
}
