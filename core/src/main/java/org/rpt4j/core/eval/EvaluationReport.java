package org.rpt4j.core.eval;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.SamplingOptions;

/**
 * What an evaluation found.
 *
 * @param label what was evaluated, for people
 * @param policyVersion version of the weights
 * @param sampling how thoughts were sampled
 * @param splits all tasks first, then the difficulties from easy to hard
 */
public record EvaluationReport(
        String label, long policyVersion, SamplingOptions sampling, List<SplitReport> splits) {

    private static final JsonFactory JSON = new JsonFactory();

    public EvaluationReport {
        splits = List.copyOf(splits);
    }

    /** The results on all tasks. */
    public SplitReport all() {
        return splits.get(0);
    }

    /** The results on one difficulty. */
    public SplitReport split(Difficulty difficulty) {
        return splits.get(1 + difficulty.ordinal());
    }

    /** The report as one JSON object. Rates are shares from 0 to 1; a mean over nothing is {@code null}. */
    public String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("label", label);
            json.writeNumberField("policyVersion", policyVersion);
            json.writeObjectFieldStart("sampling");
            json.writeNumberField("samples", sampling.groupSize());
            json.writeNumberField("temperature", sampling.temperature());
            json.writeNumberField("maxTokens", sampling.maxTokens());
            json.writeNumberField("seed", sampling.seed());
            json.writeEndObject();
            json.writeArrayFieldStart("splits");
            for (SplitReport split : splits) {
                write(json, split);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
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
        json.writeObjectFieldStart("reasons");
        for (Map.Entry<RewardReason, Integer> reason : split.reasons().entrySet()) {
            json.writeNumberField(reason.getKey().name(), reason.getValue());
        }
        json.writeEndObject();
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
