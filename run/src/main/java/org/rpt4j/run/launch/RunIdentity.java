package org.rpt4j.run.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.resume.IdentityValue;

/**
 * Everything that decides what a run computes: settings by name, with a mark on those that follow from others, and
 * fingerprints by role.
 */
final class RunIdentity {

    /** What changes nothing, and paths, in the place of which stands the role of what lies there. */
    private static final Set<String> NO_MATTER = Stream.<Key<?>>of(
                    BackendKeys.THREADS,
                    BackendKeys.MAX_SEQUENCES,
                    ModelKeys.DIRECTORY,
                    ModelKeys.PROXY,
                    ModelKeys.REFERENCE,
                    ModelKeys.OPTIMIZER_STATE,
                    CorpusKeys.FILES,
                    CorpusKeys.DATASET,
                    BaselineKeys.COMPUTE_OF)
            .map(Key::name)
            .collect(Collectors.toUnmodifiableSet());

    /** What may be a file, whose fingerprint then has the name of the key. */
    private static final Set<String> FILES = Stream.<Key<?>>of(
                    PromptKeys.INSTRUCTION,
                    SelectionKeys.PASS_RATES,
                    DynamicSamplingKeys.PASS_RATES,
                    BaselineKeys.COMPUTE_OF)
            .map(Key::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final IdentityValue NOTHING = IdentityValue.of("nothing");

    private RunIdentity() {}

    static Map<String, IdentityValue> of(List<RecordedSetting> settings, List<Artifact> artifacts) {
        Map<String, IdentityValue> identity = new TreeMap<>();
        for (RecordedSetting setting : settings) {
            boolean ofRun = setting.name().startsWith("run.") && !setting.name().equals(RunKeys.SEED.name());
            if (!ofRun && !NO_MATTER.contains(setting.name())) {
                identity.put(setting.name(), new IdentityValue(setting.value(), setting.isDerived()));
            }
        }
        artifacts.forEach(artifact -> identity.put(artifact.role(), IdentityValue.of(artifact.sha256())));
        return identity;
    }

    /** The part of it that is known before anything is read: the settings. */
    static Map<String, IdentityValue> settings(Map<String, IdentityValue> identity) {
        Set<String> names = Sections.keys().stream().map(Key::name).collect(Collectors.toSet());
        names.removeAll(FILES);
        Map<String, IdentityValue> settings = new TreeMap<>(identity);
        settings.keySet().retainAll(names);
        return settings;
    }

    /**
     * Refuses a run that is not the one that it is to continue.
     *
     * @param accepted names that may differ
     * @return the names that differ and are accepted
     * @throws CheckpointException if another one differs; the message has each with both values
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
            throw new CheckpointException("The run cannot go on as another one: " + String.join("; ", differences)
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
