package org.rpt4j.core.eval;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.JsonFields;

/** Converts evaluation reports to JSON: rates for people and other tools, and the outcomes they are computed from. */
final class EvaluationJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_SAMPLES = 1 << 20;
    private static final String STANDARD = "standard";
    private static final String STANDARD_HIT = "standardHit";

    private EvaluationJson() {}

    static String write(EvaluationReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("label", report.label());
            json.writeNumberField("policyVersion", report.policyVersion());
            json.writeObjectFieldStart("sampling");
            json.writeNumberField("samples", report.sampling().groupSize());
            json.writeNumberField("temperature", report.sampling().temperature());
            json.writeNumberField("maxTokens", report.sampling().maxTokens());
            json.writeNumberField("seed", report.sampling().seed());
            json.writeEndObject();
            json.writeArrayFieldStart("splits");
            for (SplitReport split : report.splits()) {
                write(json, split, report.hasStandard());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("outcomes");
            for (TaskOutcome outcome : report.outcomes()) {
                write(json, outcome);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static EvaluationReport read(String text) {
        return read(JsonFields.parse(
                text.getBytes(StandardCharsets.UTF_8),
                "the text",
                (message, cause) -> new StorageException(
                        "This is not an evaluation report: " + message
                                + ". Expected the JSON from 'evaluate --out' or a run directory.",
                        cause)));
    }

    static EvaluationReport read(JsonFields json) {
        List<JsonFields> splits = json.list("splits");
        boolean hasStandard = !splits.isEmpty() && splits.get(0).contains(STANDARD);
        if (hasStandard) {
            splits.get(0).nested(STANDARD).count("tasks");
        }
        List<TaskOutcome> outcomes = new ArrayList<>();
        for (JsonFields outcome : json.list("outcomes")) {
            outcomes.add(readOutcome(outcome, hasStandard));
        }
        JsonFields sampling = json.nested("sampling");
        SamplingOptions options =
                sampling.make(() -> SamplingOptions.greedy(sampling.integer("maxTokens", 1)).toBuilder()
                        .groupSize(samples(sampling))
                        .temperature(sampling.number("temperature"))
                        .seed(sampling.whole("seed"))
                        .step(0)
                        .build());
        return EvaluationReport.of(json.text("label"), json.whole("policyVersion"), options, passAt(splits), outcomes);
    }

    private static List<Integer> passAt(List<JsonFields> splits) {
        List<Integer> passAt = new ArrayList<>();
        if (!splits.isEmpty()) {
            JsonFields all = splits.get(0).nested("passAtK");
            for (String k : all.names()) {
                if (!k.matches("[1-9][0-9]{0,6}")) {
                    throw all.refuse("\"" + k + "\" is no number of samples");
                }
                passAt.add(Integer.valueOf(k));
            }
        }
        return passAt;
    }

    /** The limit keeps a damaged number from making pass@k take hours. */
    private static int samples(JsonFields json) {
        int samples = json.integer("samples", 1);
        if (samples > MAX_SAMPLES) {
            throw json.refuse("samples", "at most " + MAX_SAMPLES);
        }
        return samples;
    }

    private static void write(JsonGenerator json, SplitReport split, boolean hasStandard) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", split.name());
        json.writeNumberField("tasks", split.tasks());
        if (hasStandard) {
            write(json, STANDARD, split.standard());
        }
        write(json, "reasoning", split.reasoning());
        json.writeObjectFieldStart("passAtK");
        for (Map.Entry<Integer, Double> pass : split.passAtK().entrySet()) {
            write(json, pass.getKey().toString(), pass.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("samples", split.samples());
        json.writeNumberField("abstained", split.abstained());
        write(json, "boxRate", split.boxRate());
        write(json, "truncatedShare", split.truncatedShare());
        write(json, "meanResponseTokens", split.meanResponseTokens());
        json.writeNumberField("multiTokenHits", split.multiTokenHits());
        write(json, split.reasons());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, TaskOutcome outcome) throws IOException {
        json.writeStartObject();
        json.writeNumberField("task", outcome.task());
        json.writeStringField("document", outcome.document());
        json.writeNumberField("position", outcome.position());
        write(json, "entropy", outcome.entropy());
        if (outcome.standardHit() != null) {
            json.writeBooleanField(STANDARD_HIT, outcome.standardHit());
        }
        json.writeNumberField("samples", outcome.samples());
        json.writeNumberField("boxed", outcome.boxed());
        json.writeNumberField("truncated", outcome.truncated());
        json.writeNumberField("responseTokens", outcome.responseTokens());
        json.writeNumberField("multiTokenHits", outcome.multiTokenHits());
        write(json, outcome.reasons());
        json.writeEndObject();
    }

    private static TaskOutcome readOutcome(JsonFields json, boolean hasStandard) {
        if (!hasStandard && json.contains(STANDARD_HIT)) {
            throw json.refuse(
                    "\"" + STANDARD_HIT + "\" is there, but \"" + STANDARD + "\" of the first of \"splits\" is not");
        }
        int samples = samples(json);
        JsonFields counts = json.nested("reasons");
        Map<RewardReason, Integer> reasons = new TreeMap<>();
        for (String reason : counts.names()) {
            int count = counts.integer(reason, 0);
            if (count > samples) {
                throw counts.refuse(reason, "at most the " + samples + " samples");
            }
            reasons.put(counts.make(() -> RewardReason.valueOf(reason)), count);
        }
        return json.make(() -> new TaskOutcome(
                json.whole("task"),
                json.text("document"),
                json.integer("position", 0),
                json.numberOrNaN("entropy"),
                hasStandard ? json.flag(STANDARD_HIT) : null,
                samples,
                json.integer("boxed", 0),
                json.integer("truncated", 0),
                json.count("responseTokens"),
                json.integer("multiTokenHits", 0),
                reasons));
    }

    private static void write(JsonGenerator json, Map<RewardReason, Integer> reasons) throws IOException {
        json.writeObjectFieldStart("reasons");
        for (Map.Entry<RewardReason, Integer> reason : reasons.entrySet()) {
            json.writeNumberField(reason.getKey().name(), reason.getValue());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Accuracy accuracy) throws IOException {
        json.writeObjectFieldStart(name);
        write(json, "rate", accuracy.rate());
        json.writeNumberField("tasks", accuracy.tasks());
        write(json, "low95", accuracy.low());
        write(json, "high95", accuracy.high());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isNaN(value)) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }
}
