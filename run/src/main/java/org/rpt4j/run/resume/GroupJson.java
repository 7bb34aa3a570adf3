package org.rpt4j.run.resume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;

/** A judged group as JSON, without loss: a double is written so that the same double is read. */
final class GroupJson {

    private GroupJson() {}

    static ObjectNode write(GradedGroup group) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("task", write(group.task()));
        json.put("promptId", group.prompt().id());
        integers(json.putArray("prompt"), group.prompt().tokens());
        ArrayNode rollouts = json.putArray("rollouts");
        group.rollouts().forEach(graded -> rollouts.add(write(graded)));
        return json;
    }

    /** The inverse of {@link #write(GradedGroup)}; what is none is an {@link IllegalArgumentException}. */
    static GradedGroup read(JsonNode json) {
        List<GradedRollout> rollouts = new ArrayList<>();
        JsonFields.array(json, "rollouts").forEach(graded -> rollouts.add(readRollout(graded)));
        if (rollouts.isEmpty()) {
            throw new IllegalArgumentException("a group has no rollouts");
        }
        Prompt prompt = new Prompt(JsonFields.whole(json, "promptId"), JsonFields.integers(json, "prompt"));
        return new GradedGroup(readTask(JsonFields.field(json, "task")), prompt, rollouts);
    }

    private static ObjectNode write(PredictionTask task) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", task.id())
                .put("document", task.documentId())
                .put("position", task.position())
                .put("target", task.target())
                .put("entropy", task.entropy())
                .put("truth", task.truth().bytes());
        integers(json.putArray("boundaries"), task.truth().boundaries());
        integers(json.putArray("context"), task.context());
        return json;
    }

    private static PredictionTask readTask(JsonNode json) {
        return new PredictionTask(
                JsonFields.whole(json, "id"),
                JsonFields.text(json, "document"),
                JsonFields.index(json, "position"),
                JsonFields.integers(json, "context"),
                JsonFields.index(json, "target"),
                new GroundTruth(JsonFields.bytes(json, "truth"), JsonFields.integers(json, "boundaries")),
                JsonFields.real(JsonFields.field(json, "entropy")));
    }

    private static ObjectNode write(GradedRollout graded) {
        Rollout rollout = graded.rollout();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("member", rollout.member())
                .put("finish", rollout.finish().name())
                .put("version", rollout.policyVersion());
        integers(json.putArray("tokens"), rollout.tokens());
        ArrayNode logProbs = json.putArray("logProbs");
        for (double logProb : rollout.logProbs()) {
            logProbs.add(logProb);
        }
        if (graded.prediction() instanceof Prediction.Boxed boxed) {
            json.put("boxed", boxed.content());
        } else if (graded.prediction() instanceof Prediction.Missing missing) {
            json.put("missing", missing.reason().name());
        }
        if (graded.verdict() instanceof Verdict.Scored scored) {
            json.put("reward", scored.reward()).put("reason", scored.reason().name());
        } else if (graded.verdict() instanceof Verdict.Abstained abstained) {
            json.put("abstained", abstained.cause());
        }
        return json;
    }

    private static GradedRollout readRollout(JsonNode json) {
        Rollout rollout = new Rollout(
                JsonFields.index(json, "member"),
                JsonFields.integers(json, "tokens"),
                JsonFields.reals(json, "logProbs"),
                JsonFields.name(FinishReason.class, json, "finish"),
                JsonFields.whole(json, "version"));
        Prediction prediction = json.has("boxed")
                ? new Prediction.Boxed(JsonFields.bytes(json, "boxed"))
                : new Prediction.Missing(JsonFields.name(MissingReason.class, json, "missing"));
        Verdict verdict = json.has("abstained")
                ? new Verdict.Abstained(JsonFields.text(json, "abstained"))
                : new Verdict.Scored(
                        JsonFields.real(JsonFields.field(json, "reward")),
                        RewardReason.valueOf(JsonFields.text(json, "reason")));
        return new GradedRollout(rollout, prediction, verdict);
    }

    private static void integers(ArrayNode list, int[] values) {
        for (int value : values) {
            list.add(value);
        }
    }
}
