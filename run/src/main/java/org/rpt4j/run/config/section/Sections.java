package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;

/**
 * All keys.
 *
 * @since 0.1.0
 */
public final class Sections {

    private static final List<Section> ALL = List.of(
            ModelKeys.SECTION,
            LoraKeys.SECTION,
            BackendKeys.SECTION,
            TaskKeys.SECTION,
            CorpusKeys.SECTION,
            AnswerKeys.SECTION,
            ScoringKeys.SECTION,
            SelectionKeys.SECTION,
            PromptKeys.SECTION,
            RewardKeys.SECTION,
            LikelihoodKeys.SECTION,
            SamplingKeys.SECTION,
            TrainingKeys.SECTION,
            TraceKeys.SECTION,
            BaselineKeys.SECTION,
            DynamicSamplingKeys.SECTION,
            ObjectiveKeys.SECTION,
            TruncationKeys.SECTION,
            OptimizerKeys.SECTION,
            EvaluationKeys.SECTION,
            ValidationKeys.SECTION,
            HealthKeys.SECTION,
            RunKeys.SECTION);

    private static final List<Key<?>> KEYS = keysOf(ALL);

    private static final Map<String, Key<?>> BY_NAME =
            KEYS.stream().collect(Collectors.toUnmodifiableMap(Key::name, Function.identity()));

    private Sections() {}

    /** Returns all sections, in the order of the reference page. */
    public static List<Section> all() {
        return ALL;
    }

    /** Returns all keys, in the order of the reference page. */
    public static List<Key<?>> keys() {
        return KEYS;
    }

    /** Returns the key with this name. */
    public static Optional<Key<?>> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Returns the section that a name belongs to by its first part, even if no key has this name. */
    public static Optional<Section> sectionOf(String name) {
        return ALL.stream()
                .filter(section -> name.startsWith(section.name() + "."))
                .findFirst();
    }

    private static List<Key<?>> keysOf(List<Section> sections) {
        return sections.stream()
                .<Key<?>>flatMap(section -> section.keys().stream())
                .toList();
    }
}
