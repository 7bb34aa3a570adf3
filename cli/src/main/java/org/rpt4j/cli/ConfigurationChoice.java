package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import picocli.CommandLine.Option;

/** The options that say what decides a run. */
final class ConfigurationChoice {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "Configuration: .properties, .yaml, .yml or .json; 'rpt4j config --reference' prints all"
                    + " keys.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A value in place of that of the file, the environment and the system properties. May be"
                    + " given again.")
    private Map<String, String> settings = new LinkedHashMap<>();

    RunConfiguration configuration() {
        RunConfigurationBuilder builder = RunConfiguration.builder()
                .file(file)
                .environment(System.getenv())
                .systemProperties(System.getProperties());
        settings.forEach((key, value) -> builder.set(key, value, "command line"));
        return builder.build();
    }
}
