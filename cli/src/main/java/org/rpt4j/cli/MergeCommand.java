package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.ModelKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a checkpoint and an adapter as one checkpoint. */
@Command(
        name = "merge",
        description = {
            "Write a checkpoint with a low-rank adapter as an ordinary checkpoint, for tools that know no adapters.",
            "The new checkpoint remembers the adapter, so that it cannot be merged twice."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j merge --model.directory MODEL --model.adapter runs/first/checkpoint \\",
            "      --out merged"
        })
final class MergeCommand implements Runnable, ConfiguredCommand {

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--out",
            paramLabel = "DIRECTORY",
            required = true,
            description = "Where to write the checkpoint. It must not exist or be empty.")
    private Path out;

    @Option(
            names = "--weights",
            paramLabel = "FORMAT",
            defaultValue = "F32",
            description = "Format of the weights: F32, F16 or BF16. The last two round what was trained"
                    + " (default: ${DEFAULT-VALUE}).")
    private DType weights;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return List.of(ModelKeys.DIRECTORY, ModelKeys.ADAPTER, ModelKeys.ACCEPT_CONFIG);
    }

    @Override
    public List<Key<?>> required() {
        return List.of(ModelKeys.ADAPTER);
    }

    @Override
    public void run() {
        CheckpointWriter.requireFree(out, "the merged model");
        CheckpointWriter.merge(out, choice.configuration().model(ModelKeys.DIRECTORY), weights);
        spec.commandLine().getErr().println("Written: " + out);
    }
}
