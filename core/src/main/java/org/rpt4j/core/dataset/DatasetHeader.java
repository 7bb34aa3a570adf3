package org.rpt4j.core.dataset;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * What made a dataset.
 *
 * @param version of the file format
 * @param vocabulary what the token ids stand for
 * @param proxy {@link ModelFingerprint} of the model that scored
 * @param corpus {@link org.rpt4j.core.corpus.CorpusFingerprint} of the text
 * @param corpusDocuments documents of the corpus, those without a hard position included
 * @param continuationTokens most tokens of continuation that a task carries
 * @param settings every setting of scoring and selection by its name, for people and for comparison
 */
public record DatasetHeader(
        int version,
        VocabularyFingerprint vocabulary,
        String proxy,
        String corpus,
        long corpusDocuments,
        int continuationTokens,
        Map<String, String> settings) {

    /** The version that this library writes and reads. */
    public static final int VERSION = 1;

    public DatasetHeader {
        Objects.requireNonNull(vocabulary, "vocabulary");
        Objects.requireNonNull(proxy, "proxy");
        Objects.requireNonNull(corpus, "corpus");
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
        if (continuationTokens < 1) {
            throw new IllegalArgumentException("continuationTokens is " + continuationTokens + ", must be positive");
        }
    }

    /**
     * Refuses a tokenizer with another vocabulary: the ids would mean something else.
     *
     * @throws TokenizerException if any id stands for other bytes; the message says where the first one is
     */
    public void requireVocabularyOf(Tokenizer tokenizer) {
        String difference = vocabulary.difference(VocabularyFingerprint.of(tokenizer));
        if (!difference.isEmpty()) {
            throw new TokenizerException("The dataset's vocabulary is not that of the model: " + difference
                    + ". Make a dataset with the tokenizer of this model.");
        }
    }
}
