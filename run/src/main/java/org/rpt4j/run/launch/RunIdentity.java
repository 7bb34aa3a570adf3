package org.rpt4j.run.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.AnswerKeys;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TraceKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.resume.IdentityValue;

/**
 * Everything that decides what a run computes: settings by name, derived ones marked, and fingerprints by role.
 */
final class RunIdentity {

    /** Settings that change no result, paths, and how files are read: the fingerprint of the content counts instead. */
    private static final Set<String> NO_MATTER = Stream.<Key<?>>of(
                    BackendKeys.THREADS,
                    BackendKeys.MAX_SEQUENCES,
                    ModelKeys.DIRECTORY,
                    ModelKeys.PROXY,
                    ModelKeys.REFERENCE,
                    ModelKeys.OPTIMIZER_STATE,
                    CorpusKeys.FILES,
                    CorpusKeys.ROOT,
                    CorpusKeys.FORMAT,
                    CorpusKeys.UNIFY_LINE_ENDS,
                    CorpusKeys.MAX_WINDOW_LOG,
                    CorpusKeys.DATASET,
                    CorpusKeys.TOKENIZER_THREADS,
                    AnswerKeys.PATHS,
                    AnswerKeys.FORMAT,
                    AnswerKeys.MAX_UNREADABLE,
                    TraceKeys.PATHS,
                    TraceKeys.TEACHER,
                    BaselineKeys.COMPUTE_OF)
            .map(Key::name)
            .collect(Collectors.toUnmodifiableSet());

    /** Keys whose value may be a file. Its fingerprint then has the name of the key. */
    private static final Set<String> FILES = Stream.<Key<?>>of(
                    PromptKeys.INSTRUCTION,
                    TraceKeys.INSTRUCTION,
                    SelectionKeys.PASS_RATES,
                    DynamicSamplingKeys.PASS_RATES,
                    BaselineKeys.COMPUTE_OF)
            .map(Key::name)
            .collect(Collectors.toUnmodifiableSet());

    /** The version of {@link PreparedTasks#source}, of a run that asks it; runs from before it had one say nothing. */
    private static final String TASK_ORDER = "task-order";

    /** Methods that ask for tasks while they train. */
    private static final Set<String> ASKING =
            Set.of(TrainingKeys.Method.REINFORCEMENT.name(), TrainingKeys.Method.MIXED_SUPERVISED.name());

    private static final IdentityValue NOTHING = IdentityValue.of("nothing");

    private RunIdentity() {}

    static Map<String, IdentityValue> of(List<RecordedSetting> settings, List<Artifact> artifacts) {
        Map<String, IdentityValue> identity = new TreeMap<>();
        for (RecordedSetting setting : settings) {
            if (counts(setting.name())) {
                identity.put(setting.name(), new IdentityValue(setting.value(), setting.isDerived()));
            }
        }
        if (settings.stream().anyMatch(RunIdentity::asksForTasks)) {
            identity.put(TASK_ORDER, IdentityValue.of(String.valueOf(PreparedTasks.ORDER_VERSION)));
        }
        artifacts.forEach(artifact -> identity.put(artifact.role(), IdentityValue.of(artifact.sha256())));
        return identity;
    }

    private static boolean asksForTasks(RecordedSetting setting) {
        return setting.name().equals(TrainingKeys.METHOD.name()) && ASKING.contains(setting.value());
    }

    /** Whether a setting may change what a run computes. */
    static boolean counts(String name) {
        boolean ofRun = name.startsWith("run.") && !name.equals(RunKeys.SEED.name());
        return !ofRun && !NO_MATTER.contains(name);
    }

    /** The settings and the order of tasks: the part that is known before any file is read. */
    static Map<String, IdentityValue> settings(Map<String, IdentityValue> identity) {
        Set<String> names = Sections.keys().stream().map(Key::name).collect(Collectors.toSet());
        names.removeAll(FILES);
        names.add(TASK_ORDER);
        Map<String, IdentityValue> settings = new TreeMap<>(identity);
        settings.keySet().retainAll(names);
        return settings;
    }

    /**
     * Refuses to resume a run that has changed.
     *
     * @param accepted names that may differ
     * @return the names that differ and are accepted
     * @throws CheckpointException if any other value differs; the message lists each with both values
     */
    static List<String> requireSame(
            Map<String, IdentityValue> was, Map<String, IdentityValue> is, List<String> accepted) {
        List<String> differences = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        names(was, is).forEach(name -> {
            if (isSame(was, is, name)) {
                return;
            }
            if (accepted.contains(name)) {
                changed.add(name);
            } else {
                refused.add(name);
                differences.add(name + " was " + value(was, name).value() + ", is "
                        + value(is, name).value());
            }
        });
        if (!refused.isEmpty()) {
            throw new CheckpointException("The run has changed and cannot be resumed: " + String.join("; ", differences)
                    + ". Restore what it was, or accept the change by name: " + RunKeys.ACCEPT_CHANGED + "="
                    + String.join(",", refused) + ".");
        }
        return changed;
    }

    /** Whether nothing differs. */
    static boolean isSame(Map<String, IdentityValue> was, Map<String, IdentityValue> is) {
        return names(was, is).allMatch(name -> isSame(was, is, name));
    }

    private static boolean isSame(Map<String, IdentityValue> was, Map<String, IdentityValue> is, String name) {
        IdentityValue before = value(was, name);
        IdentityValue now = value(is, name);
        return before.derived() && now.derived() || before.value().equals(now.value());
    }

    private static Stream<String> names(Map<String, IdentityValue> was, Map<String, IdentityValue> is) {
        return Stream.concat(was.keySet().stream(), is.keySet().stream())
                .distinct()
                .sorted();
    }

    private static IdentityValue value(Map<String, IdentityValue> identity, String name) {
        return identity.getOrDefault(name, NOTHING);
    }
}
