package org.rpt4j.bench.result;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.rpt4j.core.eval.PairedDifference;

/**
 * Two results on the same questions, compared question by question. Immutable and thread-safe.
 *
 * @param first the baseline
 * @param second what is compared with it
 * @param readings the rules that read both
 * @param changes what made the two and differs
 * @since 0.1.0
 */
public record BenchComparison(BenchResult first, BenchResult second, List<Difference> readings, List<Change> changes) {

    public BenchComparison {
        readings = List.copyOf(readings);
        changes = List.copyOf(changes);
    }

    /**
     * The difference as one rule reads the responses.
     *
     * @param reading the rule
     * @param all over all questions; its documents are the questions
     * @param categories by the name of the level and then of the category
     * @param gained questions with a higher share of right responses in the second result
     * @param lost questions with a lower one
     * @since 0.1.0
     */
    public record Difference(
            Reading reading,
            PairedDifference all,
            Map<String, Map<String, PairedDifference>> categories,
            List<String> gained,
            List<String> lost) {

        public Difference {
            categories = Collections.unmodifiableMap(new LinkedHashMap<>(categories));
            gained = List.copyOf(gained);
            lost = List.copyOf(lost);
        }
    }

    /**
     * Something that made the answers and differs.
     *
     * @param name what
     * @param first its value in the first result
     * @param second its value in the second
     * @since 0.1.0
     */
    public record Change(String name, String first, String second) {}

    /**
     * Compares two results.
     *
     * @throws IllegalArgumentException if they are not of the same suite and questions, or no rule read both
     */
    public static BenchComparison of(BenchResult first, BenchResult second) {
        requireSameQuestions(first, second);
        List<Difference> differences = new ArrayList<>();
        for (Reading reading : first.readings()) {
            if (second.readings().stream().anyMatch(other -> other.name().equals(reading.name()))) {
                differences.add(difference(first, second, reading));
            }
        }
        if (differences.isEmpty()) {
            throw new IllegalArgumentException("no rule read both results: " + names(first) + " and " + names(second)
                    + ". Compare results of the same mode and suite.");
        }
        return new BenchComparison(first, second, differences, changes(first, second));
    }

    private static String names(BenchResult result) {
        return String.join(", ", result.readings().stream().map(Reading::name).toList());
    }

    private static void requireSameQuestions(BenchResult first, BenchResult second) {
        for (String name : List.of("suite", "questions-sha256")) {
            String before = first.made().getOrDefault(name, "");
            String after = second.made().getOrDefault(name, "");
            if (!before.equals(after)) {
                throw new IllegalArgumentException("the results are of different questions: " + name + " is " + before
                        + " and " + after + ". Compare results of one suite and one file.");
            }
        }
        List<String> asked = first.outcomes().stream().map(QuestionOutcome::id).toList();
        List<String> other = second.outcomes().stream().map(QuestionOutcome::id).toList();
        if (!asked.equals(other)) {
            Set<String> shared = new LinkedHashSet<>(asked);
            shared.retainAll(other);
            throw new IllegalArgumentException("the results have " + asked.size() + " and " + other.size()
                    + " questions, of which " + shared.size()
                    + " are the same. Ask both models the same questions: with the same seed and number.");
        }
    }

    /** A question in both results. */
    private record Pair(QuestionOutcome first, QuestionOutcome second) {

        double change(String reading) {
            return second.share(reading) - first.share(reading);
        }
    }

    private static Difference difference(BenchResult first, BenchResult second, Reading reading) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < first.outcomes().size(); i++) {
            pairs.add(new Pair(first.outcomes().get(i), second.outcomes().get(i)));
        }
        Map<String, Map<String, PairedDifference>> categories = new LinkedHashMap<>();
        for (String level : first.levels()) {
            Map<String, PairedDifference> differences = new TreeMap<>();
            byCategory(level, pairs).forEach((name, some) -> differences.put(name, paired(some, reading.name())));
            categories.put(level, differences);
        }
        return new Difference(
                reading,
                paired(pairs, reading.name()),
                categories,
                ids(pairs, pair -> pair.change(reading.name()) > 0),
                ids(pairs, pair -> pair.change(reading.name()) < 0));
    }

    private static Map<String, List<Pair>> byCategory(String level, List<Pair> pairs) {
        Map<String, List<Pair>> sorted = new LinkedHashMap<>();
        pairs.forEach(pair -> pair.first()
                .categories()
                .getOrDefault(level, List.of())
                .forEach(category -> sorted.computeIfAbsent(category, name -> new ArrayList<>())
                        .add(pair)));
        return sorted;
    }

    private static List<String> ids(List<Pair> pairs, Predicate<Pair> wanted) {
        return pairs.stream().filter(wanted).map(pair -> pair.first().id()).toList();
    }

    private static PairedDifference paired(List<Pair> pairs, String reading) {
        return PairedDifference.of(
                pairs.stream().map(pair -> pair.first().id()).toList(),
                pairs.stream().mapToDouble(pair -> pair.first().share(reading)).toArray(),
                pairs.stream().mapToDouble(pair -> pair.second().share(reading)).toArray());
    }

    private static List<Change> changes(BenchResult first, BenchResult second) {
        Set<String> names = new LinkedHashSet<>(first.made().keySet());
        names.addAll(second.made().keySet());
        return names.stream()
                .map(name -> new Change(
                        name, first.made().getOrDefault(name, ""), second.made().getOrDefault(name, "")))
                .filter(change -> !change.first().equals(change.second()))
                .toList();
    }

    /** The differences for a terminal. */
    public String toText() {
        return ComparisonForms.text(this);
    }

    /** The differences as JSON, with the questions that were gained and lost. */
    public String toJson() {
        return ComparisonForms.json(this);
    }

    /** The differences as a page of HTML that loads nothing and runs nothing. */
    public String toHtml() {
        return ComparisonForms.html(this);
    }
}
