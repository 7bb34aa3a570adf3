package org.rpt4j.bench.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.eval.Accuracy;
import org.rpt4j.model.format.JsonFields;

/** Converts results to JSON. What is read back are the outcomes; the summaries are computed from them again. */
final class BenchJson {

    private static final String FORMAT = "rpt4j-bench-result-1";
    private static final int MOST_SAMPLES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private BenchJson() {}

    static String write(BenchResult result) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            json.writeStringField("title", result.title());
            json.writeStringField("model", result.model());
            json.writeObjectField("made", result.made());
            json.writeNumberField("refusedRows", result.refusedRows());
            json.writeObjectField("passAt", result.passAt());
            json.writeNumberField("questions", result.outcomes().size());
            json.writeNumberField("notAsked", result.notAsked());
            json.writeNumberField("truncatedShare", result.truncatedShare());
            json.writeNumberField("openThoughtShare", result.openThoughtShare());
            json.writeNumberField("meanTokens", result.meanTokens());
            json.writeArrayFieldStart("readings");
            for (Reading reading : result.readings()) {
                write(json, result, reading);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("outcomes");
            for (QuestionOutcome outcome : result.outcomes()) {
                write(json, outcome);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, BenchResult result, Reading reading) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", reading.name());
        json.writeStringField("says", reading.says());
        write(json, result.summary(reading.name()));
        json.writeObjectFieldStart("macroAverages");
        for (String level : result.levels()) {
            json.writeNumberField(level, result.macroAverage(level, reading.name()));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("categories");
        for (String level : result.levels()) {
            json.writeObjectFieldStart(level);
            for (Map.Entry<String, Summary> category :
                    result.categories(level, reading.name()).entrySet()) {
                json.writeObjectFieldStart(category.getKey());
                write(json, category.getValue());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Summary summary) throws IOException {
        write(json, "accuracy", summary.accuracy());
        json.writeNumberField("answeredShare", summary.answered());
        json.writeNumberField("undecidedShare", summary.undecided());
        json.writeObjectFieldStart("passAtK");
        for (Map.Entry<Integer, Accuracy> pass : summary.passAtK().entrySet()) {
            write(json, pass.getKey().toString(), pass.getValue());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Accuracy accuracy) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("rate", accuracy.rate());
        json.writeNumberField("questions", accuracy.tasks());
        json.writeNumberField("low95", accuracy.low());
        json.writeNumberField("high95", accuracy.high());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, QuestionOutcome outcome) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", outcome.id());
        json.writeObjectField("categories", outcome.categories());
        json.writeNumberField("samples", outcome.samples());
        json.writeNumberField("shots", outcome.shots());
        json.writeNumberField("truncated", outcome.truncated());
        json.writeNumberField("openThoughts", outcome.openThoughts());
        json.writeNumberField("tokens", outcome.tokens());
        json.writeObjectFieldStart("marks");
        for (Map.Entry<String, Marks> marks : outcome.marks().entrySet()) {
            json.writeObjectFieldStart(marks.getKey());
            json.writeNumberField("right", marks.getValue().right());
            json.writeNumberField("given", marks.getValue().given());
            json.writeNumberField("undecided", marks.getValue().undecided());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    static BenchResult read(byte[] text, String where) {
        JsonFields json = JsonFields.parse(text, where, BenchJson::refusal);
        if (!json.isText("format") || !json.text("format").equals(FORMAT)) {
            throw json.refuse("format", "\"" + FORMAT + "\"");
        }
        List<Reading> readings = new ArrayList<>();
        json.list("readings").forEach(one -> readings.add(new Reading(one.text("name"), one.text("says"))));
        List<Integer> passAt = new ArrayList<>();
        for (int k : json.integers("passAt", 1)) {
            passAt.add(k);
        }
        List<QuestionOutcome> outcomes = new ArrayList<>();
        json.list("outcomes").forEach(one -> outcomes.add(outcome(one, readings)));
        Map<String, String> made = new LinkedHashMap<>();
        JsonFields fields = json.nested("made");
        fields.names().forEach(name -> made.put(name, fields.text(name)));
        return json.make(() -> new BenchResult(
                json.text("title"),
                json.text("model"),
                made,
                readings,
                passAt,
                json.integer("refusedRows", 0),
                outcomes));
    }

    private static StorageException refusal(String message, @Nullable Throwable cause) {
        return new StorageException(
                "This is no result of a benchmark: " + message + ". Expected the JSON from 'bench --out'.", cause);
    }

    private static QuestionOutcome outcome(JsonFields json, List<Reading> readings) {
        int samples = json.integer("samples", 1);
        if (samples > MOST_SAMPLES) {
            throw json.refuse("samples", "at most " + MOST_SAMPLES);
        }
        Map<String, List<String>> categories = new LinkedHashMap<>();
        JsonFields levels = json.nested("categories");
        levels.names().forEach(level -> categories.put(level, levels.texts(level)));
        Map<String, Marks> marks = new LinkedHashMap<>();
        JsonFields read = json.nested("marks");
        for (Reading reading : readings) {
            JsonFields one = read.nested(reading.name());
            marks.put(
                    reading.name(),
                    new Marks(one.integer("right", 0), one.integer("given", 0), one.integer("undecided", 0)));
        }
        return json.make(() -> new QuestionOutcome(
                json.text("id"),
                categories,
                samples,
                json.integer("shots", -1),
                json.integer("truncated", 0),
                json.integer("openThoughts", 0),
                json.count("tokens"),
                marks));
    }
}
