package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.Sections;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The settings of a command: its options, over system properties, over the environment, over a file. */
final class ConfigurationChoice {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration to start from: .properties, .yaml, .yml or .json. Options replace its values.")
    private @Nullable Path file;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** The settings that this command uses. */
    RunConfiguration configuration() {
        return configuration(Map.of());
    }

    /**
     * The same with values from another option.
     *
     * @param set values by the name of their key
     * @throws ParameterException if the settings are wrong
     */
    RunConfiguration configuration(Map<String, String> set) {
        RunConfigurationBuilder builder =
                RunConfiguration.builder().environment(System.getenv()).systemProperties(System.getProperties());
        if (file != null) {
            builder.file(file);
        }
        return command.userObject() instanceof ConfiguredCommand configured
                ? complete(builder, set, command, configured.keys(), configured.required())
                : complete(builder, set, command, Sections.keys(), List.of());
    }

    /** The settings of a command: its options and other values over those of the builder. */
    static RunConfiguration complete(
            RunConfigurationBuilder builder,
            Map<String, String> set,
            CommandSpec command,
            List<Key<?>> keys,
            List<Key<?>> required) {
        Map<String, List<String>> typed = KeyOptions.typed(command.commandLine().getParseResult());
        set.forEach((key, value) -> {
            if (typed.containsKey(key)) {
                throw new ParameterException(
                        command.commandLine(), key + " is given twice: with --set and with --" + key + ".");
            }
            builder.set(key, value, KeyOptions.ORIGIN);
        });
        typed.forEach((key, values) -> KeyOptions.set(builder, key, values));
        try {
            return builder.buildFor(keys, required);
        } catch (ConfigurationException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
