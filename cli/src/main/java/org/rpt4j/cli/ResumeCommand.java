package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.Sections;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.launch.ConfiguredRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Resumes a run. */
@Command(
        name = "resume",
        description = {
            "Resume a run that was stopped or killed from its latest checkpoint, and say from which step. A run without a"
                    + " checkpoint is refused unless --from-start is given.",
            "The result is the same, bit for bit, as if the run had never stopped. If its corpus, its model or a setting"
                    + " has changed, it is refused; --accept-changed names what may differ."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j resume runs/first --set training.steps=400 \\",
            "      --accept-changed training.steps"
        })
final class ResumeCommand implements Runnable, ConfiguredCommand {

    @Parameters(paramLabel = "RUN", description = "Directory of the run.")
    private Path directory;

    @Mixin
    private SetOption set;

    @Option(
            names = "--from-start",
            description = "If the run has no checkpoint to resume from, start it again from its first step.")
    private boolean fromStart;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return List.of(RunKeys.ACCEPT_CHANGED);
    }

    @Override
    public void run() {
        requireCheckpoint();
        Map<String, String> settings = new LinkedHashMap<>(set.values());
        settings.put(RunKeys.DIRECTORY.name(), directory.toString());
        settings.put(RunKeys.RESUME.name(), "true");
        RunConfigurationBuilder builder =
                RunConfiguration.builder().run(directory).set(RunKeys.ACCEPT_CHANGED, List.of());
        RunConfiguration configuration =
                ConfigurationChoice.complete(builder, settings, spec, Sections.keys(), List.of());
        RunCommand.requireFinished(RunCommand.launch(
                configuration, spec.commandLine().getOut(), spec.commandLine().getErr()));
    }

    private void requireCheckpoint() {
        if (!fromStart && RunDirectory.isRun(directory) && !ConfiguredRun.hasCheckpoint(directory)) {
            throw new CheckpointException("The run in " + directory + " has no checkpoint to resume from. To start it"
                    + " again from its first step: " + NextCommand.fromStart(directory));
        }
    }
}
