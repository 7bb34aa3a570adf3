package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.RunKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a run. */
@Command(
        name = "resume",
        description = {
            "Go on with a run that was stopped, killed or cut short, from its latest checkpoint.",
            "It ends as if it had never stopped, bit for bit. A run that would be another one, because its corpus, its"
                    + " model or a setting has changed, is refused; --accept names what may differ."
        })
final class ResumeCommand implements Runnable {

    @Parameters(paramLabel = "RUN", description = "Directory of the run.")
    private Path directory;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A value in place of that which the run was started with. May be given again.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--accept",
            paramLabel = "NAME",
            split = ",",
            description = "A key, or model, tokenizer, proxy, reference, corpus or dataset, that may differ from what"
                    + " it was. May be given again.")
    private List<String> accepted = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        RunConfigurationBuilder builder = RunConfiguration.builder().run(directory);
        settings.forEach((key, value) -> builder.set(key, value, "command line"));
        RunConfiguration configuration = builder.set(RunKeys.DIRECTORY, directory)
                .set(RunKeys.RESUME, true)
                .set(RunKeys.ACCEPT_CHANGED, accepted)
                .build();
        RunCommand.launch(
                configuration, spec.commandLine().getOut(), spec.commandLine().getErr());
    }
}
