package org.rpt4j.tck;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a backend keeps of the contract: one result per contract class and rule, and a page in Markdown that a vendor
 * can publish. A rule that runs on several models is kept if it is kept on all. Thread-safe.
 */
final class Conformance {

    /** From the best to the worst. */
    enum Outcome {
        KEPT,
        SKIPPED,
        FAILED
    }

    /** The contract classes in the order of the page. */
    private static final List<String> CONTRACTS = List.of(
            "BackendContract", "PolicyContract", "ProxyScorerContract", "TrainablePolicyContract", "OptimizerContract");

    private record Result(Outcome outcome, String reason) {}

    private final String title;
    private final List<String> facts;
    /** Indexed by contract class and rule. */
    private final Map<String, Map<String, Result>> results = new TreeMap<>();

    /**
     * Nothing yet.
     *
     * @param title of the page
     * @param facts about the backend, one a line
     */
    Conformance(String title, List<String> facts) {
        this.title = title;
        this.facts = facts;
    }

    /**
     * Takes the result of a rule on one model; the worst of a rule counts.
     *
     * @param contract simple name of the contract class
     * @param rule number and title
     * @param reason why it was skipped or failed; empty if kept
     */
    synchronized void add(String contract, String rule, Outcome outcome, String reason) {
        results.computeIfAbsent(contract, name -> new TreeMap<>(Conformance::byNumber))
                .merge(rule, new Result(outcome, reason), (a, b) -> a.outcome.compareTo(b.outcome) < 0 ? b : a);
    }

    private static int byNumber(String a, String b) {
        return Comparator.comparing((String rule) -> rule.charAt(0))
                .thenComparing(rule -> Integer.parseInt(rule.substring(1, rule.indexOf(' '))))
                .thenComparing(Comparator.naturalOrder())
                .compare(a, b);
    }

    /** Whether no rule failed. */
    synchronized boolean holds() {
        return results.values().stream()
                .flatMap(rules -> rules.values().stream())
                .noneMatch(result -> result.outcome == Outcome.FAILED);
    }

    /** The page. */
    synchronized String page() {
        StringBuilder page = new StringBuilder("# ").append(title).append("\n\n");
        facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
        page.append("\n| contract | kept | skipped | failed |\n|---|---:|---:|---:|\n");
        for (String contract : CONTRACTS) {
            Map<String, Result> rules = results.get(contract);
            page.append("| ").append(contract).append(" | ");
            page.append(
                    rules == null
                            ? "not run | | |"
                            : count(rules, Outcome.KEPT) + " | " + count(rules, Outcome.SKIPPED) + " | "
                                    + count(rules, Outcome.FAILED) + " |");
            page.append('\n');
        }
        append(page, "Failed", Outcome.FAILED);
        append(page, "Skipped", Outcome.SKIPPED);
        return page.toString();
    }

    private static long count(Map<String, Result> rules, Outcome outcome) {
        return rules.values().stream()
                .filter(result -> result.outcome == outcome)
                .count();
    }

    private void append(StringBuilder page, String heading, Outcome outcome) {
        String lines = CONTRACTS.stream()
                .flatMap(contract -> results.getOrDefault(contract, Map.of()).entrySet().stream()
                        .filter(entry -> entry.getValue().outcome == outcome)
                        .map(entry ->
                                "- " + entry.getKey() + " (" + contract + "): " + firstLine(entry.getValue().reason)))
                .collect(Collectors.joining("\n"));
        if (!lines.isEmpty()) {
            page.append("\n## ").append(heading).append("\n\n").append(lines).append('\n');
        }
    }

    private static String firstLine(String reason) {
        return reason.strip().lines().findFirst().orElse("no reason was given");
    }
}
