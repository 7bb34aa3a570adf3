package org.rpt4j.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Tokenizers that are not beside a model, in the JVM of an executor. The last few stay; one that goes needs no closing,
 * as it holds nothing but memory. Thread-safe.
 */
final class ExecutorTokenizers {

    static final ExecutorTokenizers HERE = new ExecutorTokenizers();

    private static final int MOST = 2;

    private final Map<List<ModelFile>, Tokenizer> tokenizers = new LinkedHashMap<>(MOST, 1, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<ModelFile>, Tokenizer> eldest) {
            return size() > MOST;
        }
    };

    private @Nullable ExecutorFiles files;

    private ExecutorTokenizers() {}

    /**
     * Opens a tokenizer once, whatever number of tasks uses it.
     *
     * @throws org.rpt4j.api.error.TokenizerException if it cannot be read
     */
    synchronized Tokenizer open(RemoteModel model) {
        Tokenizer open = tokenizers.get(model.files());
        if (open == null) {
            if (files == null) {
                files = new ExecutorFiles(ExecutorFiles.newRoot());
            }
            open = Tokenizer.open(files.fetch(model).directory());
            tokenizers.put(model.files(), open);
            files.keepOnly(List.of());
        }
        return open;
    }
}
