package org.rpt4j.core.eval;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.StorageException;

/** Converts evaluation reports to JSON: rates for people and other tools, and the outcomes they are computed from. */
final class EvaluationJson {

    private static final ObjectMapper JSON = new ObjectMapper();

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
                write(json, split);
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
        try {
            JsonNode json = JSON.readTree(text);
            List<TaskOutcome> outcomes = new ArrayList<>();
            for (JsonNode outcome : json.required("outcomes")) {
                outcomes.add(readOutcome(outcome));
            }
            List<Integer> passAt = new ArrayList<>();
            json.at("/splits/0/passAtK").fieldNames().forEachRemaining(k -> passAt.add(Integer.valueOf(k)));
            JsonNode sampling = json.required("sampling");
            SamplingOptions options = SamplingOptions.greedy(
                            sampling.required("maxTokens").intValue())
                    .toBuilder()
                    .groupSize(sampling.required("samples").intValue())
                    .temperature(sampling.required("temperature").doubleValue())
                    .seed(sampling.required("seed").longValue())
                    .step(0)
                    .build();
            return EvaluationReport.of(
                    json.required("label").asText(),
                    json.required("policyVersion").longValue(),
                    options,
                    passAt,
                    outcomes);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new StorageException(
                    "This is not an evaluation report: " + e.getMessage()
                            + ". Expected the JSON from 'evaluate --out' or a run directory.",
                    e);
        }
    }

    private static void write(JsonGenerator json, SplitReport split) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", split.name());
        json.writeNumberField("tasks", split.tasks());
        write(json, "standard", split.standard());
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
        json.writeBooleanField("standardHit", outcome.standardHit());
        json.writeNumberField("samples", outcome.samples());
        json.writeNumberField("boxed", outcome.boxed());
        json.writeNumberField("truncated", outcome.truncated());
        json.writeNumberField("responseTokens", outcome.responseTokens());
        json.writeNumberField("multiTokenHits", outcome.multiTokenHits());
        write(json, outcome.reasons());
        json.writeEndObject();
    }

    private static TaskOutcome readOutcome(JsonNode json) {
        Map<RewardReason, Integer> reasons = new TreeMap<>();
        json.required("reasons")
                .properties()
                .forEach(entry -> reasons.put(
                        RewardReason.valueOf(entry.getKey()), entry.getValue().intValue()));
        return new TaskOutcome(
                json.required("task").longValue(),
                json.required("document").asText(),
                json.required("position").intValue(),
                json.required("entropy").isNull()
                        ? Double.NaN
                        : json.required("entropy").doubleValue(),
                json.required("standardHit").booleanValue(),
                json.required("samples").intValue(),
                json.required("boxed").intValue(),
                json.required("truncated").intValue(),
                json.required("responseTokens").longValue(),
                json.required("multiTokenHits").intValue(),
                reasons);
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
