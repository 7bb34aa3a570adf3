package org.rpt4j.core.dataset;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Describes how a dataset was made.
 *
 * @param version of the file format
 * @param vocabulary fingerprint of the vocabulary that defines the token ids
 * @param proxy {@link ModelFingerprint} of the proxy model
 * @param corpus {@link org.rpt4j.core.dataset.CorpusFingerprint} of the text
 * @param corpusDocuments number of documents in the corpus, including those without a hard position
 * @param continuationTokens maximum number of continuation tokens of a task
 * @param settings all settings of scoring and selection by name, for display and comparison
 */
public record DatasetHeader(
        int version,
        VocabularyFingerprint vocabulary,
        String proxy,
        String corpus,
        long corpusDocuments,
        int continuationTokens,
        Map<String, String> settings) {

    /** The version that this library writes. It also reads version 1, whose checksum left out header and statistics. */
    public static final int VERSION = 2;

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
     * Checks that a tokenizer has the vocabulary of the dataset; otherwise the ids would have another meaning.
     *
     * @throws TokenizerException if any id maps to different bytes; the message locates the first one
     */
    public void requireVocabularyOf(Tokenizer tokenizer) {
        String difference = vocabulary.difference(VocabularyFingerprint.of(tokenizer));
        if (!difference.isEmpty()) {
            throw new TokenizerException("The dataset's vocabulary differs from the model's: " + difference
                    + ". Make a dataset with the tokenizer of this model.");
        }
    }

    /**
     * How this header differs from another, one phrase for each difference.
     *
     * @param against what a phrase says between the value here and the value there, such as {@code "the first has"}
     */
    public List<String> differences(DatasetHeader other, String against) {
        Map<String, Object> here = values();
        Map<String, Object> there = other.values();
        TreeSet<String> names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(here.get(name), there.get(name)))
                .map(name -> name + " is " + here.getOrDefault(name, "nothing") + ", " + against + " "
                        + there.getOrDefault(name, "nothing"))
                .toList();
    }

    private Map<String, Object> values() {
        Map<String, Object> values = new TreeMap<>(settings);
        values.put("corpus", corpus);
        values.put("proxy", proxy);
        values.put("vocabulary", vocabulary.summary());
        values.put("continuation-tokens", continuationTokens);
        return values;
    }
}
