package org.rpt4j.run.config.section;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Conflict;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.api.setting.SettingsConflictException;
import org.rpt4j.core.objective.Objective;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Values;

/** Builds every options type from a configuration, and translates what they reject into terms of the keys. */
final class OptionChecks {

    /**
     * An options type that is built from a configuration.
     *
     * @param sections where its settings have their keys, nearest first
     * @param making builds it
     */
    private record Made(List<Section> sections, Consumer<Values> making) {}

    private static final SamplingOptions NO_STOPS = SamplingOptions.greedy(1);

    private static final List<Made> ALL = List.of(
            new Made(List.of(BackendKeys.SECTION), BackendKeys::options),
            new Made(List.of(CorpusKeys.SECTION), CorpusKeys::options),
            new Made(List.of(AnswerKeys.SECTION, CorpusKeys.SECTION), AnswerKeys::options),
            new Made(
                    List.of(ScoringKeys.SECTION, SelectionKeys.SECTION, CorpusKeys.SECTION, PromptKeys.SECTION),
                    values -> SelectionKeys.pipeline(
                            values, new PositionSelector.MinEntropy(0), values.get(PromptKeys.MAX_CONTEXT))),
            new Made(List.of(SelectionKeys.SECTION), SelectionKeys::emptyBand),
            new Made(List.of(LikelihoodKeys.SECTION), LikelihoodKeys::options),
            new Made(List.of(ObjectiveKeys.SECTION), ObjectiveKeys::objective),
            new Made(
                    List.of(
                            TrainingKeys.SECTION,
                            SamplingKeys.SECTION,
                            ObjectiveKeys.SECTION,
                            TruncationKeys.SECTION,
                            DynamicSamplingKeys.SECTION,
                            OptimizerKeys.SECTION),
                    values -> TrainingKeys.settings(values, possibleObjective(values), NO_STOPS)),
            new Made(List.of(OptimizerKeys.SECTION), OptimizerKeys::options),
            new Made(
                    List.of(EvaluationKeys.SECTION, SamplingKeys.SECTION),
                    values -> EvaluationKeys.settings(values, NO_STOPS)),
            new Made(List.of(HealthKeys.SECTION), HealthKeys::settings),
            new Made(List.of(RunKeys.SECTION), RunKeys::recording));

    private OptionChecks() {}

    /** Returns everything that an options type rejects. */
    static List<Refusal> refusals(Values values) {
        List<Refusal> refusals = new ArrayList<>();
        for (Made made : ALL) {
            try {
                made.making().accept(values);
            } catch (SettingsConflictException e) {
                e.conflicts().forEach(conflict -> refusals.add(inKeys(conflict, made.sections())));
            }
        }
        return refusals;
    }

    /** Returns the objective, or that of the paper if it was rejected, so that the rest can be checked. */
    private static Objective possibleObjective(Values values) {
        try {
            return ObjectiveKeys.objective(values);
        } catch (SettingsConflictException e) {
            return Objective.GRPO;
        }
    }

    private static Refusal inKeys(Conflict conflict, List<Section> sections) {
        List<Key<?>> keys = conflict.values().stream()
                .map(Assigned::setting)
                .<Key<?>>flatMap(setting -> keysOf(setting, sections).stream())
                .toList();
        return new Refusal(keys, conflict.reason());
    }

    private static List<Key<?>> keysOf(Setting<?> setting, List<Section> sections) {
        return sections.stream()
                .map(section -> section.keys().stream()
                        .<Key<?>>filter(key -> key.settings().contains(setting))
                        .toList())
                .filter(keys -> !keys.isEmpty())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no key determines the setting " + setting));
    }
}
