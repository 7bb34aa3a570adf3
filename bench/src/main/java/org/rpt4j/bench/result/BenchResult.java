package org.rpt4j.bench.result;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model achieved on a suite. Everything follows from the outcomes, question by question. Immutable and thread-safe.
 *
 * @param title what people call the suite
 * @param model what people call the model
 * @param made what made the answers, by name
 * @param readings the rules by which responses were read
 * @param passAt the values of k for pass@k
 * @param refusedRows rows of the file that are no question and were left out
 * @param outcomes the questions in the order of the file, at least one
 * @since 0.1.0
 */
public record BenchResult(
        String title,
        String model,
        Map<String, String> made,
        List<Reading> readings,
        List<Integer> passAt,
        int refusedRows,
        List<QuestionOutcome> outcomes) {

    public BenchResult {
        made = Collections.unmodifiableMap(new LinkedHashMap<>(made));
        readings = List.copyOf(readings);
        passAt = List.copyOf(passAt);
        outcomes = List.copyOf(outcomes);
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException("there is no outcome; a result needs at least one question");
        }
        for (int k : passAt) {
            for (QuestionOutcome outcome : outcomes) {
                if (k < 1 || k > outcome.samples()) {
                    throw new IllegalArgumentException("pass@" + k + " needs as many samples of each question, and "
                            + outcome.id() + " has " + outcome.samples());
                }
            }
        }
    }

    /**
     * Reads a result.
     *
     * @param json what {@link #toJson} wrote
     * @param where its origin, for messages
     * @throws org.rpt4j.api.error.StorageException if it is none
     */
    public static BenchResult ofJson(byte[] json, String where) {
        return BenchJson.read(json, where);
    }

    /** The summaries for people and other tools, and the outcomes that they are computed from. */
    public String toJson() {
        return BenchJson.write(this);
    }

    /** The main numbers for a terminal. */
    public String toText() {
        return BenchText.of(this);
    }

    /** All numbers as a page of HTML that loads nothing and runs nothing. */
    public String toHtml() {
        return BenchPage.of(this);
    }

    /** All questions as a rule read them. */
    public Summary summary(String reading) {
        return Summary.of(reading, outcomes, passAt);
    }

    /** The ways to sort the questions into categories. */
    public List<String> levels() {
        return List.copyOf(outcomes.get(0).categories().keySet());
    }

    /** The questions of each category of a level, by its name; a question may have several categories. */
    SortedMap<String, List<QuestionOutcome>> byCategory(String level) {
        SortedMap<String, List<QuestionOutcome>> sorted = new TreeMap<>();
        outcomes.forEach(outcome -> outcome.categories()
                .getOrDefault(level, List.of())
                .forEach(category -> sorted.computeIfAbsent(category, name -> new ArrayList<>())
                        .add(outcome)));
        return sorted;
    }

    /** The summary of each category of a level, by its name. */
    public SortedMap<String, Summary> categories(String level, String reading) {
        SortedMap<String, Summary> summaries = new TreeMap<>();
        byCategory(level).forEach((name, some) -> summaries.put(name, Summary.of(reading, some, passAt)));
        return summaries;
    }

    /** The macro average of a level: the mean over its categories of their accuracies, each with the same weight. */
    public double macroAverage(String level, String reading) {
        return categories(level, reading).values().stream()
                .mapToDouble(one -> one.accuracy().rate())
                .average()
                .orElse(Double.NaN);
    }

    /** Share of responses that were cut off at the length limit. */
    public double truncatedShare() {
        return share(outcomes.stream().mapToLong(QuestionOutcome::truncated).sum());
    }

    /** Share of responses that end inside a thought. */
    public double openThoughtShare() {
        return share(outcomes.stream().mapToLong(QuestionOutcome::openThoughts).sum());
    }

    /** Mean length of a response in tokens. */
    public double meanTokens() {
        return share(outcomes.stream().mapToLong(QuestionOutcome::tokens).sum());
    }

    private double share(long count) {
        return (double) count
                / outcomes.stream().mapToLong(QuestionOutcome::samples).sum();
    }

    /** Number of questions that did not fit into the context window and count as wrong. */
    public long notAsked() {
        return outcomes.stream().filter(one -> one.shots() < 0).count();
    }

    /** Number of questions with fewer examples than asked for, because more did not fit. */
    public long withFewerShots() {
        int most = outcomes.stream().mapToInt(QuestionOutcome::shots).max().orElse(0);
        return outcomes.stream()
                .filter(one -> one.shots() >= 0 && one.shots() < most)
                .count();
    }
}
