package org.rpt4j.core.train;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.PlainFiles;

/**
 * How often the policy was correct on each task during training: a measure of difficulty from the policy itself.
 * Immutable. Dynamic sampling uses it to prefer tasks with a learning signal, and tasks can be selected by it.
 *
 * @param counts counts by task id
 * @since 0.1.0
 */
public record PassRates(Map<Long, Count> counts) {

    /** No pass rates. */
    public static final PassRates NONE = new PassRates(Map.of());

    /** Read as a stream: there may be millions of tasks. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2)
                    .maxNameLength(32)
                    .maxNumberLength(64)
                    .build())
            .build();

    /**
     * The rewards of one task.
     *
     * @param rollouts number of rollouts with a reward, positive
     * @param rewardSum sum of their rewards
     * @param passes sum of how far each {@linkplain org.rpt4j.core.rollout.GradedRollout#pass counts as right}
     */
    public record Count(long rollouts, double rewardSum, double passes) {

        public Count {
            if (rollouts < 1 || !Double.isFinite(rewardSum)) {
                throw new IllegalArgumentException(rollouts + " rollouts with a sum of rewards of " + rewardSum);
            }
            if (!(passes >= 0 && passes <= rollouts)) {
                throw new IllegalArgumentException(rollouts + " rollouts of which " + passes + " were right");
            }
        }

        /** The count of a task whose rewards are how far a rollout is right, such as 0 and 1. */
        public Count(long rollouts, double rewardSum) {
            this(rollouts, rewardSum, Math.max(0, Math.min(rollouts, rewardSum)));
        }

        /** The pass rate, 0 to 1. */
        public double rate() {
            return passes / rollouts;
        }

        private Count plus(Count other) {
            return new Count(rollouts + other.rollouts, rewardSum + other.rewardSum, passes + other.passes);
        }

        /** Whether all rewards were 0, or all were 1. */
        private boolean isSettled() {
            return rewardSum == 0 || rewardSum == rollouts;
        }
    }

    public PassRates {
        counts = Map.copyOf(counts);
    }

    /** The pass rate of a task; empty if it never had a reward. */
    public OptionalDouble of(long taskId) {
        Count count = counts.get(taskId);
        return count == null ? OptionalDouble.empty() : OptionalDouble.of(count.rate());
    }

    /** The pass rate of every task that ever had a reward, by task id. */
    public Map<Long, Double> rates() {
        return counts.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().rate()));
    }

    /**
     * Writes them as JSON, {@code {"id": [rollouts, rewardSum, passes], ...}} in the order of ids, atomically.
     *
     * @throws StorageException if the file cannot be written; an existing file is then unchanged
     */
    public void save(Path file) {
        AtomicFiles.replace(file, out -> {
            try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                json.writeStartObject();
                for (Map.Entry<Long, Count> entry : new TreeMap<>(counts).entrySet()) {
                    json.writeArrayFieldStart(Long.toString(entry.getKey()));
                    json.writeNumber(entry.getValue().rollouts());
                    json.writeNumber(entry.getValue().rewardSum());
                    json.writeNumber(entry.getValue().passes());
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
        });
    }

    /**
     * Reads a file written by {@link #save}, or by a version that did not write the passes, whose rewards were 0 to 1.
     *
     * @throws StorageException if the file is missing or malformed; the message says where
     */
    public static PassRates load(Path file) {
        Map<Long, Count> counts = new HashMap<>();
        try (InputStream in = PlainFiles.open(file);
                JsonParser json = JSON.createParser(in)) {
            expect(json, json.nextToken() == JsonToken.START_OBJECT, "an object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String task = json.currentName();
                Count count = count(json, task);
                expect(json, counts.put(Long.parseLong(task), count) == null, "another task than " + task);
            }
            expect(json, json.currentToken() == JsonToken.END_OBJECT, "a task id or the end");
            expect(json, json.nextToken() == null, "the end of the file");
        } catch (IOException | RuntimeException e) {
            throw new StorageException(
                    "Pass rates cannot be read from " + file + ": " + e.getMessage()
                            + ". Start without them, or restore the file.",
                    e);
        }
        return new PassRates(counts);
    }

    private static Count count(JsonParser json, String task) throws IOException {
        try {
            expect(json, json.nextToken() == JsonToken.START_ARRAY, "[rollouts, rewardSum, passes]");
            expect(json, json.nextToken() == JsonToken.VALUE_NUMBER_INT, "a number of rollouts");
            long rollouts = json.getLongValue();
            @Nullable JsonToken sum = json.nextToken();
            expect(json, sum != null && sum.isNumeric(), "a sum of rewards");
            double rewardSum = json.getDoubleValue();
            @Nullable JsonToken passes = json.nextToken();
            if (passes == JsonToken.END_ARRAY) {
                return new Count(rollouts, rewardSum);
            }
            expect(json, passes != null && passes.isNumeric(), "a sum of passes");
            Count count = new Count(rollouts, rewardSum, json.getDoubleValue());
            expect(json, json.nextToken() == JsonToken.END_ARRAY, "the end of [rollouts, rewardSum, passes]");
            return count;
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("task " + task + ": " + e.getMessage(), e);
        }
    }

    private static void expect(JsonParser json, boolean holds, String what) throws IOException {
        if (!holds) {
            throw new IOException("found " + json.currentToken() + " instead of " + what + " at line "
                    + json.currentLocation().getLineNr() + ", column "
                    + json.currentLocation().getColumnNr());
        }
    }

    /** Collects rewards during a run. Thread-safe. */
    static final class Collector {

        private final Map<Long, Count> counts;
        private final Map<Long, Optional<Count>> beforeStep = new HashMap<>();

        Collector(PassRates known) {
            this.counts = new HashMap<>(known.counts());
        }

        synchronized void add(List<GradedGroup> groups) {
            for (GradedGroup group : groups) {
                List<GradedRollout> scored = group.scored();
                if (!scored.isEmpty()) {
                    double rewards = 0;
                    double passes = 0;
                    for (GradedRollout rollout : scored) {
                        rewards += rollout.score().reward();
                        passes += rollout.pass();
                    }
                    beforeStep.putIfAbsent(
                            group.task().id(),
                            Optional.ofNullable(counts.get(group.task().id())));
                    counts.merge(group.task().id(), new Count(scored.size(), rewards, passes), Count::plus);
                }
            }
        }

        /** Whether all rewards of a task so far were 0, or all were 1, so that it has had no learning signal. */
        synchronized boolean isSettled(long taskId) {
            Count count = counts.get(taskId);
            return count != null && count.isSettled();
        }

        synchronized OptionalDouble rate(long taskId) {
            Count count = counts.get(taskId);
            return count == null ? OptionalDouble.empty() : OptionalDouble.of(count.rate());
        }

        /** The mean pass rate of all tasks; 0 if there are none. Summed in order, since a map has none of its own. */
        synchronized double mean() {
            return counts.values().stream()
                    .mapToDouble(Count::rate)
                    .sorted()
                    .average()
                    .orElse(0);
        }

        synchronized void beginStep() {
            beforeStep.clear();
        }

        /** The pass rates at the last {@link #beginStep}. */
        synchronized PassRates withoutStep() {
            Map<Long, Count> earlier = new HashMap<>(counts);
            beforeStep.forEach((task, count) ->
                    count.ifPresentOrElse(known -> earlier.put(task, known), () -> earlier.remove(task)));
            return new PassRates(earlier);
        }

        synchronized PassRates snapshot() {
            return new PassRates(counts);
        }
    }
}
