package org.rpt4j.spark;

import java.util.Optional;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * How an executor makes the pipeline of the driver.
 *
 * @param settings of it
 * @param tokenizer files of the policy's tokenizer; empty if it is that beside the proxy
 */
record PipelineRecipe(PipelineSettings settings, Optional<RemoteModel> tokenizer) {

    void write(WireWriter to) {
        CorpusWire.write(to, settings);
        to.flag(tokenizer.isPresent());
        tokenizer.ifPresent(files -> files.write(to));
    }

    static PipelineRecipe read(WireReader from) {
        PipelineSettings settings = CorpusWire.settings(from);
        return new PipelineRecipe(settings, from.flag() ? Optional.of(RemoteModel.read(from)) : Optional.empty());
    }

    /** The tokenizer of the policy, on an executor that has opened the proxy. */
    Tokenizer tokenizer(ExecutorModel proxy) {
        return tokenizer
                .map(ExecutorTokenizers.HERE::open)
                .orElseGet(() -> proxy.tokenizer().tokenizer());
    }

    /** The pipeline, on an executor that has opened the proxy. */
    TaskPipeline pipeline(ExecutorModel proxy) {
        TaskPipeline pipeline = new TaskPipeline(tokenizer(proxy), settings);
        return tokenizer.isEmpty()
                ? pipeline
                : pipeline.withProxyTokenizer(proxy.tokenizer().tokenizer());
    }
}
