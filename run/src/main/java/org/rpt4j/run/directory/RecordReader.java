package org.rpt4j.run.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.core.eval.Evaluation;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.model.format.JsonFields;

/** Reads the records of a run directory, those of older runs too, and checks every field. */
final class RecordReader {

    /** The source of a derived setting in older runs. */
    private static final Pattern FROM = Pattern.compile("from ([a-z0-9-]+\\.[a-z0-9-]+)");

    /** Former names of kinds of events. */
    private static final Map<String, EventRecord.Kind> FORMER =
            Map.of("ALARM_RAISED", EventRecord.Kind.WARNING_RAISED, "ALARM_CLEARED", EventRecord.Kind.WARNING_CLEARED);

    private RecordReader() {}

    static Provenance provenance(JsonFields json) {
        JsonFields model = json.nested("model");
        JsonFields given = json.nested("seeds");
        Map<String, Long> seeds = new LinkedHashMap<>();
        given.names().forEach(name -> seeds.put(name, given.whole(name)));
        List<Artifact> artifacts = new ArrayList<>();
        for (JsonFields artifact : json.list("artifacts")) {
            artifacts.add(new Artifact(artifact.text("role"), artifact.text("name"), artifact.text("sha256")));
        }
        return new Provenance(
                json.text("rpt4j"),
                json.text("started"),
                json.text("java"),
                json.text("system"),
                json.integer("processors", 1),
                json.count("maxHeapBytes"),
                json.text("backend"),
                new ModelDescription(
                        model.text("architecture"),
                        model.count("parameterCount"),
                        model.integer("vocabularySize", 0),
                        model.integer("contextLength", 0)),
                seeds,
                artifacts);
    }

    /** Older runs have no status: the source tells it. */
    static RecordedSetting setting(JsonFields json) {
        String name = json.text("name");
        String value = json.text("value");
        String source = json.text("source");
        if (json.contains("status")) {
            return new RecordedSetting(name, value, json.oneOf("status", RecordedSetting.Status.class), source);
        }
        Matcher from = FROM.matcher(source);
        if (from.matches()) {
            return RecordedSetting.derived(name, value, from.group(1));
        }
        return source.equals("default")
                ? RecordedSetting.byDefault(name, value)
                : RecordedSetting.given(name, value, source);
    }

    static RunEnd end(JsonFields json) {
        return new RunEnd(json.oneOf("outcome", RunEnd.Outcome.class), json.text("detail"), json.number("seconds", 0));
    }

    static WorkerUse worker(JsonFields json) {
        return new WorkerUse(
                json.text("name"), json.count("items"), json.number("seconds", 0), json.count("fetchedBytes"));
    }

    static StepRecord step(JsonFields json) {
        return new StepRecord(
                json.count("step"),
                json.make(() -> StepEvent.parse(json.text("event"))),
                json.number("seconds", 0),
                metrics(json.nested("values")));
    }

    /** A metric that counts a reason of a reward holds its name. */
    private static Map<String, Double> metrics(JsonFields json) {
        Map<String, Double> metrics = values(json);
        for (String name : metrics.keySet()) {
            if (name.startsWith(StepValues.REASON)) {
                json.make(() -> RewardReason.valueOf(name.substring(StepValues.REASON.length())));
            }
        }
        return metrics;
    }

    /** Older runs have no message. */
    static EventRecord event(JsonFields json) {
        String kind = json.text("kind");
        EventRecord.@Nullable Kind former = FORMER.get(kind);
        return new EventRecord(
                former == null ? json.oneOf("kind", EventRecord.Kind.class) : former,
                json.count("step"),
                json.number("seconds", 0),
                json.text("metric"),
                values(json.nested("values")),
                json.contains("message") ? json.text("message") : "");
    }

    static EvaluationRecord evaluation(JsonFields json) {
        JsonFields latency = json.nested("latency");
        return new EvaluationRecord(
                json.count("step"),
                json.number("flops", 0),
                EvaluationReport.of(json.nested("report")),
                new Evaluation.Latency(latency.numberOrNaN("standardSeconds"), latency.numberOrNaN("reasoningSeconds")),
                values(json.nested("patterns")));
    }

    static Trace trace(JsonFields json) {
        double reward = json.numberOrNaN("reward");
        return new Trace(
                json.count("step"),
                json.text("label"),
                json.whole("task"),
                json.text("document"),
                json.integer("position", 0),
                json.numberOrNaN("entropy"),
                json.integer("member", 0),
                json.text("prompt"),
                json.text("context"),
                json.text("response"),
                json.textOrNull("prediction"),
                json.text("target"),
                json.text("continuation"),
                Double.isNaN(reward) ? null : reward,
                json.text("reason"),
                json.integer("tokens", 0),
                json.flag("truncated"));
    }

    private static Map<String, Double> values(JsonFields json) {
        Map<String, Double> values = new LinkedHashMap<>();
        json.names().forEach(name -> values.put(name, json.numberOrNaN(name)));
        return values;
    }
}
