package org.rpt4j.run.config;

import java.util.Optional;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BaselineKeys;
import org.rpt4j.run.config.section.HealthKeys;
import org.rpt4j.run.config.section.Sections;

/** Sections that had another name once: a configuration that still has it is told the new one. */
final class FormerNames {

    private FormerNames() {}

    /** The present name of a key; empty if the name was never one. */
    static Optional<String> of(String name) {
        return renamed(name, "control.", BaselineKeys.PREFIX).or(() -> renamed(name, "alarms.", HealthKeys.PREFIX));
    }

    private static Optional<String> renamed(String name, String before, String now) {
        return Optional.of(name)
                .filter(whole -> whole.startsWith(before))
                .flatMap(whole -> Sections.find(now + whole.substring(before.length())))
                .map(Key::name);
    }
}
