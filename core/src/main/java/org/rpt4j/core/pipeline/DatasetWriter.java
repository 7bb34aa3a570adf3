package org.rpt4j.core.pipeline;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.phase.Progress;

/**
 * Several machines that read, tokenize and score parts of a corpus by themselves. A {@link org.rpt4j.api.ProxyScorer} on
 * a cluster implements it, too: then what {@link TaskPipeline#writeDataset} makes in one process needs neither the
 * documents nor their scores there.
 *
 * @since 0.1.0
 */
public interface DatasetWriter {

    /**
     * What to write.
     *
     * @param file as in {@link TaskPipeline#writeDataset}
     * @param corpus files that every machine can open
     * @param settings of the pipeline
     * @param tokenizer directory with the tokenizer of the policy
     * @param proxyTokenizer directory with the tokenizer of the proxy; the same for the same tokenizer
     * @param proxyFingerprint as in {@link TaskPipeline#writeDataset}
     * @since 0.1.0
     */
    record Job(
            Path file,
            FileCorpus corpus,
            PipelineSettings settings,
            Path tokenizer,
            Path proxyTokenizer,
            String proxyFingerprint) {}

    /**
     * Writes the file of {@link TaskPipeline#writeDataset}, byte for byte. Parts that an earlier call has finished before
     * it was interrupted are not computed again.
     *
     * @param progress receives the number of scored tokens now and then
     * @throws CorpusException if the corpus is malformed or no position is hard enough
     * @throws org.rpt4j.api.error.StorageException if the file, or a part of it, cannot be written
     * @throws OperationCancelledException if the thread is interrupted
     */
    DatasetResult writeDataset(Job job, Consumer<Progress> progress);
}
