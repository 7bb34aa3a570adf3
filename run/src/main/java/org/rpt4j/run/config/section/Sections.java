package org.rpt4j.run.config.section;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;

/** Every key there is. */
public final class Sections {

    private static final List<Section> ALL = List.of(
            ModelKeys.SECTION,
            BackendKeys.SECTION,
            CorpusKeys.SECTION,
            ScoringKeys.SECTION,
            SelectionKeys.SECTION,
            PromptKeys.SECTION,
            RewardKeys.SECTION,
            SamplingKeys.SECTION,
            TrainingKeys.SECTION,
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

    /** All sections, in the order of the manual. */
    public static List<Section> all() {
        return ALL;
    }

    /** All keys, in the order of the manual. */
    public static List<Key<?>> keys() {
        return KEYS;
    }

    /** The key of a name. */
    public static Optional<Key<?>> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The section to which a name belongs by its first part, whether there is a key of that name or not. */
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
