package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.core.dataset.DatasetShards;
import org.rpt4j.core.dataset.TaskDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts the shards of a dataset together. */
@Command(
        name = "merge-shards",
        description = {
            "Put the shards of a dataset together, which 'dataset --shard' wrote.",
            "The result is the same file, byte for byte, that 'dataset' writes without --shard."
        },
        footer = {"", "Example:", "  rpt4j merge-shards part-1.jsonl part-2.jsonl --out tasks.jsonl"})
final class MergeShardsCommand implements Runnable {

    @Parameters(paramLabel = "SHARD", arity = "1..*", description = "The file of every shard, in any order.")
    private List<Path> shards = List.of();

    @Mixin
    private ResultFile result;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Path out = result.requireWritable();
        TaskDataset merged = DatasetShards.merge(out, shards);
        spec.commandLine()
                .getErr()
                .println(shards.size() + " shards of " + merged.header().corpusDocuments() + " documents in " + out);
    }
}
