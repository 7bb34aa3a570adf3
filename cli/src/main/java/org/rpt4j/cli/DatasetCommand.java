package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.rpt4j.api.Backend;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.dataset.ModelFingerprint;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.tokenize.Tokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Finds the hard tokens of a corpus once, to be trained on often. */
@Command(
        name = "dataset",
        description = {
            "Find the hard tokens of a corpus and write them to a file for 'train' and 'evaluate'.",
            "The file names every setting, the proxy, the vocabulary and the corpus that made it. It holds out "
                    + "nothing: that is up to the command that reads it."
        })
final class DatasetCommand implements Runnable {

    @Mixin
    private ModelChoice model;

    @Mixin
    private CorpusChoice corpus;

    @Mixin
    private FilterChoice filter;

    @Mixin
    private BackendChoice backendChoice;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where to write; the file appears, or is replaced, when everything is scored.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        Corpus documents = corpus.open();
        try (Tokenizer tokenizer = model.openTokenizer();
                Backend backend = backendChoice.open()) {
            PipelineSettings settings = filter.settings(corpus.maxDocuments(), Integer.MAX_VALUE);
            DatasetResult result = filter.run(model, tokenizer, backend, settings, (pipeline, proxy, source) -> {
                String fingerprint = ModelFingerprint.of(source);
                try (ProgressDisplay progress = new ProgressDisplay("scoring", " tokens", err)) {
                    return pipeline.writeDataset(out, documents, proxy, fingerprint, progress);
                }
            });
            err.println(result.corpus());
            err.println(result.statistics());
            err.println(result.tasks() + " tasks in " + out);
        }
    }
}
