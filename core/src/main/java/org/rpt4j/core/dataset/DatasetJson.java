package org.rpt4j.core.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.model.format.Sha256;

/** The lines of a dataset as JSON, and back with every field checked. */
final class DatasetJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private DatasetJson() {}

    /** A value as UTF-8. */
    static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain values can always be written", e);
        }
    }

    /** A hash of everything that {@link #write} writes of a value. */
    static long hash(Object value) {
        Sha256 hash = new Sha256();
        hash.add(write(value));
        return ByteBuffer.wrap(HexFormat.of().parseHex(hash.hex())).getLong();
    }

    static DatasetHeader header(JsonFields json) {
        JsonFields vocabulary = json.nested("vocabulary");
        JsonFields given = json.nested("settings");
        Map<String, String> settings = new TreeMap<>();
        given.names().forEach(name -> settings.put(name, given.text(name)));
        VocabularyFingerprint fingerprint = vocabulary.make(
                () -> new VocabularyFingerprint(vocabulary.integer("size", 1), vocabulary.texts("blocks")));
        return json.make(() -> new DatasetHeader(
                json.integer("version", 1),
                fingerprint,
                json.text("proxy"),
                json.text("corpus"),
                json.count("corpus_documents"),
                json.integer("continuation_tokens", 1),
                settings));
    }

    /**
     * Reads a document.
     *
     * @param vocabulary number of token ids
     */
    static DatasetLine.Body body(JsonFields json, int vocabulary) {
        int[] tokens = json.integers("tokens", 0);
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] >= vocabulary) {
                throw json.refuse("tokens[" + i + "] is " + tokens[i] + ", but the vocabulary of the header has "
                        + vocabulary + " ids");
            }
        }
        int[] positions = json.integers("positions", 1);
        return new DatasetLine.Body(
                json.text("id"),
                tokens,
                positions,
                json.reals("entropy"),
                json.flags("argmax_hit"),
                json.contains("candidates")
                        ? CandidateColumns.of(json.nested("candidates"), positions.length, vocabulary)
                        : null);
    }

    static DatasetLine.End end(JsonFields json) {
        return new DatasetLine.End(
                json.count("documents"),
                json.count("tasks"),
                json.text("checksum"),
                statistics(json.nested("statistics")));
    }

    static FilterStatistics.Counts statistics(JsonFields json) {
        List<FilterStatistics.Level> levels = new ArrayList<>();
        for (JsonFields level : json.list("levels")) {
            levels.add(new FilterStatistics.Level(
                    level.number("threshold"), level.count("kept"), level.count("argmax_hits")));
        }
        JsonFields bins = json.nested("histogram");
        SortedMap<Integer, Long> histogram = new TreeMap<>();
        for (String bin : bins.names()) {
            if (!bin.matches("0|[1-9][0-9]{0,8}")) {
                throw bins.refuse("\"" + bin + "\" is no number of a bin");
            }
            histogram.put(Integer.valueOf(bin), bins.count(bin));
        }
        return json.make(() -> new FilterStatistics.Counts(
                json.integer("min_context_tokens", 0),
                json.count("documents"),
                json.count("tokens_scored"),
                json.count("eligible"),
                json.real("highest_entropy"),
                levels,
                histogram));
    }
}
