package org.rpt4j.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.rpt4j.run.config.ConfigurationReference;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Explains configurations. */
@Command(
        name = "config",
        description = "Print the effective values of a configuration and where each came from, or the manual of all"
                + " keys.")
final class ConfigCommand implements Runnable {

    @ArgGroup(multiplicity = "1")
    private What what;

    /** One of two. */
    static final class What {

        @ArgGroup(exclusive = false)
        private @Nullable ConfigurationChoice choice;

        @Option(
                names = "--reference",
                required = true,
                description = "Print the manual of all keys, in Markdown: docs/configuration.md.")
        private boolean reference;
    }

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (what.choice == null) {
            out.print(ConfigurationReference.markdown());
        } else {
            ConfigurationListing.print(what.choice.configuration(), out);
        }
        out.flush();
    }
}
