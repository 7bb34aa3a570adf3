package org.rpt4j.run.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.ControlKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.Setting;

/**
 * Everything that decides what a run computes: settings by name, derived ones marked, and fingerprints by role.
 */
final class RunIdentity {

    /** Settings that change no result, and paths: the fingerprint of the content counts instead. */
    private static final Set<String> NO_MATTER = Stream.<Key<?>>of(
                    BackendKeys.THREADS,
                    BackendKeys.MAX_SEQUENCES,
                    ModelKeys.DIRECTORY,
                    ModelKeys.PROXY,
                    ModelKeys.REFERENCE,
                    ModelKeys.OPTIMIZER_STATE,
                    CorpusKeys.FILES,
                    CorpusKeys.DATASET,
                    ControlKeys.COMPUTE_OF)
            .map(Key::name)
            .collect(Collectors.toUnmodifiableSet());

    /** Keys whose value may be a file. Its fingerprint then has the name of the key. */
    private static final Set<String> FILES = Stream.<Key<?>>of(
                    PromptKeys.INSTRUCTION,
                    SelectionKeys.PASS_RATES,
                    DynamicSamplingKeys.PASS_RATES,
                    ControlKeys.COMPUTE_OF)
            .map(Key::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final Pattern DERIVED = Pattern.compile(" \\(" + Setting.DERIVED + "[^()]*\\)$");

    private RunIdentity() {}

    private static String plain(String value) {
        return DERIVED.matcher(value).replaceFirst("");
    }

    static Map<String, String> of(List<Setting> settings, List<Artifact> artifacts) {
        Map<String, String> identity = new TreeMap<>();
        for (Setting setting : settings) {
            boolean ofRun = setting.name().startsWith("run.") && !setting.name().equals(RunKeys.SEED.name());
            if (!ofRun && !NO_MATTER.contains(setting.name())) {
                String origin = setting.isDerived() ? " (" + setting.source() + ")" : "";
                identity.put(setting.name(), setting.value() + origin);
            }
        }
        artifacts.forEach(artifact -> identity.put(artifact.role(), artifact.sha256()));
        return identity;
    }

    /** The settings: the part that is known before any file is read. */
    static Map<String, String> settings(Map<String, String> identity) {
        Set<String> names = Sections.keys().stream().map(Key::name).collect(Collectors.toSet());
        names.removeAll(FILES);
        Map<String, String> settings = new TreeMap<>(identity);
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
    static List<String> requireSame(Map<String, String> was, Map<String, String> is, List<String> accepted) {
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
                differences.add(name + " was " + plain(value(was, name)) + ", is " + plain(value(is, name)));
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
    static boolean isSame(Map<String, String> was, Map<String, String> is) {
        return names(was, is).allMatch(name -> isSame(was, is, name));
    }

    private static boolean isSame(Map<String, String> was, Map<String, String> is, String name) {
        String before = value(was, name);
        String now = value(is, name);
        boolean bothFollow =
                DERIVED.matcher(before).find() && DERIVED.matcher(now).find();
        return bothFollow || plain(before).equals(plain(now));
    }

    private static Stream<String> names(Map<String, String> was, Map<String, String> is) {
        return Stream.concat(was.keySet().stream(), is.keySet().stream())
                .distinct()
                .sorted();
    }

    private static String value(Map<String, String> identity, String name) {
        return identity.getOrDefault(name, "nothing");
    }
}
