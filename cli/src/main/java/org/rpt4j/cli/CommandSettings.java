package org.rpt4j.cli;

import org.jspecify.annotations.Nullable;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.key.Key;
import picocli.CommandLine.Model.CommandSpec;

/** The options of a command as a configuration, each with whether it was typed. */
final class CommandSettings {

    private final RunConfigurationBuilder builder = RunConfiguration.builder();
    private final CommandSpec spec;

    CommandSettings(CommandSpec spec) {
        this.spec = spec;
    }

    /**
     * Takes over the value of an option.
     *
     * @param option its name, such as {@code --steps}
     * @param value null if the option has no default and was not typed
     */
    <T> void set(String option, Key<T> key, @Nullable T value) {
        if (value != null) {
            boolean typed = spec.commandLine().getParseResult().hasMatchedOption(option);
            builder.set(key, value, (typed ? "option " : "default of ") + option);
        }
    }

    RunConfiguration configuration() {
        return builder.build();
    }
}
