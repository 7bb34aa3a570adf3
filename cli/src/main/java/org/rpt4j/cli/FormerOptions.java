package org.rpt4j.cli;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.ScoringKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import picocli.CommandLine.Model.CommandSpec;

/** Former names of options: the error for each names the present one. */
final class FormerOptions {

    private static final Map<String, List<Key<?>>> KEYS = Map.ofEntries(
            entry("--model", List.of(ModelKeys.DIRECTORY)),
            entry("--backend", List.of(BackendKeys.NAME)),
            entry("--corpus", List.of(CorpusKeys.FILES)),
            entry("--text-field", List.of(CorpusKeys.TEXT_FIELDS)),
            entry("--targets", List.of(CorpusKeys.JOIN)),
            entry("--limit-documents", List.of(CorpusKeys.MAX_DOCUMENTS)),
            entry("--bad-lines", List.of(CorpusKeys.TOLERATED_BAD_LINES)),
            entry("--held-out", List.of(CorpusKeys.HELD_OUT_SHARE)),
            entry("--entropy", List.of(ScoringKeys.KIND)),
            entry("--select", List.of(SelectionKeys.RULE)),
            entry("--band", List.of(SelectionKeys.LOWEST_PASS_RATE, SelectionKeys.HIGHEST_PASS_RATE)),
            entry("--pass-rates", List.of(SelectionKeys.PASS_RATES)),
            entry("--min-context", List.of(SelectionKeys.MIN_CONTEXT)),
            entry("--reward", List.of(RewardKeys.NAME)),
            entry("--reward-deadline", List.of(RewardKeys.DEADLINE)),
            entry("--extraction", List.of(RewardKeys.BOX)),
            entry("--temperature", List.of(SamplingKeys.TEMPERATURE, EvaluationKeys.TEMPERATURE)),
            entry("--objective", List.of(ObjectiveKeys.NAME)),
            entry("--dynamic-sampling-from", List.of(DynamicSamplingKeys.START_STEP)),
            entry("--sampling-budget", List.of(DynamicSamplingKeys.BUDGET)),
            entry("--eval-tasks", List.of(EvaluationKeys.TASKS)),
            entry("--eval-every", List.of(EvaluationKeys.EVERY_STEPS)),
            entry("--run-dir", List.of(RunKeys.DIRECTORY)),
            entry("--save-every", List.of(RunKeys.SAVE_EVERY)),
            entry("--seed", List.of(RunKeys.SEED)),
            entry("--accept", List.of(RunKeys.ACCEPT_CHANGED)));

    private FormerOptions() {}

    /** A sentence with the present options in place of a former one; empty if the command has none. */
    static Optional<String> present(String former, CommandSpec command) {
        String names = KEYS.getOrDefault(former, List.of()).stream()
                .map(KeyOptions::name)
                .filter(name -> command.findOption(name) != null)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? Optional.empty() : Optional.of(former + " is now " + names + ".");
    }
}
