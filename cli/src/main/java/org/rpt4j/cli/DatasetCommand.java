package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.run.launch.ConfiguredDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Finds the hard tokens of a corpus once, to be trained on often. */
@Command(
        name = "dataset",
        description = {
            "Find the hard tokens of a corpus and write them to a file for 'run' and 'evaluate'.",
            "The file records every setting, the proxy, the vocabulary and the corpus that made it. It holds out no"
                    + " documents: the command that reads it does.",
            "Until everything is scored, <out>.record keeps what is done: after any interruption, the same command"
                    + " continues there.",
            "With the backend spark, executors make parts of the file by themselves, and those that are done stay in"
                    + " <out>.parts, or in spark.rpt4j.parts-directory.",
            "With --shard, several processes share the work: give each its own shard and file, and put the files"
                    + " together with 'merge-shards'."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j dataset --model.directory MODEL --proxy PROXY --files corpus.jsonl \\",
            "      --out tasks.jsonl"
        })
final class DatasetCommand implements Runnable, ConfiguredCommand {

    @Mixin
    private ConfigurationChoice choice;

    @Mixin
    private ResultFile result;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            converter = ShardText.class,
            defaultValue = "1/1",
            description = "Which of N parts of the corpus to score, from 1, such as 2/4 (default: ${DEFAULT-VALUE}).")
    private Shard shard = Shard.WHOLE;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return CommandKeys.all(
                List.of(ModelKeys.DIRECTORY, ModelKeys.PROXY, ModelKeys.ACCEPT_CONFIG, RunKeys.SEED),
                CommandKeys.BACKEND,
                List.of(TaskKeys.KIND, TaskKeys.CHOICES, TaskKeys.KIND_OPTIONS),
                CommandKeys.TEXT,
                CommandKeys.SCORING,
                CommandKeys.section(SelectionKeys.RULE));
    }

    @Override
    public List<Key<?>> required() {
        return List.of(CorpusKeys.FILES);
    }

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        RunConfiguration configuration = choice.configuration();
        Path out = result.requireWritable();
        DatasetResult written;
        try (RunDisplay display = new RunDisplay(err)) {
            written = ConfiguredDataset.write(configuration, out, shard, display);
        }
        err.println(written.corpus());
        err.println(written.statistics());
        err.println(written.tasks() + " tasks in " + out
                + (shard.isWhole() ? "" : ", which is shard " + shard + "; merge all with 'rpt4j merge-shards'"));
    }

    private static final class ShardText implements ITypeConverter<Shard> {

        @Override
        public Shard convert(String text) {
            try {
                return Shard.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
