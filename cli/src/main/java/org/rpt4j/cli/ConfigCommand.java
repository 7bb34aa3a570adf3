package org.rpt4j.cli;

import java.io.PrintWriter;
import org.rpt4j.run.config.ConfigurationReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Explains configurations. */
@Command(
        name = "config",
        description = "Print the values of a configuration and where each came from, or the manual of all keys.",
        footer = {"", "Example:", "  rpt4j config --config run.yaml --set training.steps=200"})
final class ConfigCommand implements Runnable {

    @Mixin
    private ConfigurationChoice choice;

    @Mixin
    private SetOption set;

    @Option(names = "--reference", description = "Print the manual of all keys in Markdown: docs/configuration.md.")
    private boolean reference;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (reference) {
            out.print(ConfigurationReference.markdown());
        } else {
            ConfigurationListing.print(choice.configuration(set.values()), out);
        }
        out.flush();
    }
}
