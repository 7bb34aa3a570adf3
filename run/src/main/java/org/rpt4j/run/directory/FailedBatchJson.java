package org.rpt4j.run.directory;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.rollout.FailedBatch;
import org.rpt4j.model.format.JsonFields;

/**
 * A {@link FailedBatch} as JSON: phase, reason, detail and temperature, then the groups with their id and prompt, and
 * each completion with its tokens and, under their names, the values of each token. A number that is not finite is text.
 */
final class FailedBatchJson {

    private static final int MAX_BYTES = 1 << 29;

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private FailedBatchJson() {}

    /** Writes a batch token by token, without a copy of it in memory; leaves the stream open. */
    static void write(FailedBatch batch, OutputStream out) throws IOException {
        TokenBatch tokens = batch.tokens();
        try (JsonGenerator json = JSON.getFactory().createGenerator(out, JsonEncoding.UTF8)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("phase", batch.phase().name());
            json.writeStringField("reason", batch.reason());
            json.writeStringField("detail", batch.detail());
            json.writeNumberField("temperature", tokens.temperature());
            json.writeArrayFieldStart("groups");
            for (int g = 0; g < tokens.promptCount(); g++) {
                json.writeStartObject();
                json.writeNumberField("id", batch.groups().get(g));
                json.writeFieldName("prompt");
                write(json, tokens.promptTokens(), tokens.promptOffsets(), g);
                json.writeArrayFieldStart("completions");
                for (int c = tokens.groupOffsets()[g]; c < tokens.groupOffsets()[g + 1]; c++) {
                    json.writeStartObject();
                    json.writeFieldName("tokens");
                    write(json, tokens.completionTokens(), tokens.completionOffsets(), c);
                    for (Map.Entry<String, TokenValues> named : batch.values().entrySet()) {
                        json.writeFieldName(named.getKey());
                        write(json, named.getValue(), c);
                    }
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, int[] tokens, int[] offsets, int i) throws IOException {
        json.writeArray(tokens, offsets[i], offsets[i + 1] - offsets[i]);
    }

    private static void write(JsonGenerator json, TokenValues values, int completion) throws IOException {
        int from = values.offsets()[completion];
        json.writeArray(values.values(), from, values.offsets()[completion + 1] - from);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws StorageException if it is none; the message names the field
     */
    static FailedBatch read(Path file) {
        JsonFields json = JsonFields.read(file, MAX_BYTES, StorageException::new);
        List<Long> groups = new ArrayList<>();
        Map<String, List<double[]>> values = new HashMap<>();
        TokenBatch batch = json.make(() -> {
            TokenBatch.Builder builder = TokenBatch.builder(json.number("temperature"));
            for (JsonFields group : json.list("groups")) {
                groups.add(group.whole("id"));
                List<int[]> completions = new ArrayList<>();
                for (JsonFields completion : group.list("completions")) {
                    completions.add(completion.integers("tokens", 0));
                    for (String name : completion.names()) {
                        if (!name.equals("tokens")) {
                            values.computeIfAbsent(name, first -> new ArrayList<>())
                                    .add(completion.reals(name));
                        }
                    }
                }
                builder.add(group.integers("prompt", 0), completions);
            }
            return builder.build();
        });
        Map<String, TokenValues> shaped = new HashMap<>();
        values.forEach((name, parts) -> shaped.put(
                name,
                json.make(() -> TokenValues.of(
                        batch, parts.stream().flatMapToDouble(Arrays::stream).toArray()))));
        return new FailedBatch(
                json.oneOf("phase", Phase.class), json.text("reason"), json.text("detail"), groups, batch, shaped);
    }
}
