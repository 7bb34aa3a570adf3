package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.TaskKeys;
import org.rpt4j.spi.Backends;

/**
 * The hard tokens of a run's corpus, written to a file once for many runs.
 *
 * @since 0.1.0
 */
public final class ConfiguredDataset {

    private ConfiguredDataset() {}

    /**
     * Writes the dataset. Every document is in it; the run that reads it decides which it holds out.
     *
     * @param configuration with {@code corpus.files}
     * @param file where to write; it appears, or is replaced, when everything is scored
     * @param shard which part of the corpus is scored, for {@link org.rpt4j.core.dataset.DatasetShards#merge}
     * @throws ConfigurationException if tasks of the configured kind need no scores
     * @throws org.rpt4j.api.error.RptException if a file or model cannot be read, or the file cannot be written
     */
    public static DatasetResult write(RunConfiguration configuration, Path file, Shard shard, RunObserver observer) {
        if (!CorpusKeys.areScored(configuration)) {
            throw new ConfigurationException(List.of("There is nothing to write: " + TaskKeys.KIND + " is "
                    + configuration.get(TaskKeys.KIND) + ", whose tasks need no scores of a proxy. Leave the dataset"
                    + " out, and run with the corpus."));
        }
        AtomicFiles.requireWritableFile(file);
        Models.requireBackend(configuration, Capability.SCORE);
        TaskPreparation preparation = new TaskPreparation(configuration, observer);
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            tokenizer.requireFits(ModelConfigReader.read(model).describe());
            try (Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend())) {
                return preparation.write(file, shard, tokenizer, backend, configuration.pipeline(Integer.MAX_VALUE));
            }
        }
    }
}
