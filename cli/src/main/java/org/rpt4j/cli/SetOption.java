package org.rpt4j.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option that sets any key. */
final class SetOption {

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key, such as training.steps=200. May be given more than once.")
    private Map<String, String> values = new LinkedHashMap<>();

    /** The values that were set, by the name of their key. */
    Map<String, String> values() {
        return values;
    }
}
