package org.rpt4j.run.resume;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.api.Verdict;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.model.format.JsonFields;

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

    /** The inverse of {@link #write(GradedGroup)}; what is none is refused by field. */
    static GradedGroup read(JsonFields json) {
        List<GradedRollout> rollouts =
                json.list("rollouts").stream().map(GroupJson::readRollout).toList();
        if (rollouts.isEmpty()) {
            throw json.refuse("rollouts", "one rollout or more");
        }
        Prompt prompt = json.make(() -> new Prompt(json.whole("promptId"), json.integers("prompt", 0)));
        return new GradedGroup(readTask(json.nested("task")), prompt, rollouts);
    }

    private static ObjectNode write(PredictionTask task) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", task.id())
                .put("document", task.documentId())
                .put("position", task.position())
                .put("entropy", task.entropy())
                .put("truth", task.truth().bytes());
        integers(json.putArray("boundaries"), task.truth().boundaries());
        integers(json.putArray("context"), task.context());
        integers(json.putArray("after"), task.after());
        integers(json.putArray("continuation"), task.continuation());
        return json.put("match", task.match().name());
    }

    private static PredictionTask readTask(JsonFields json) {
        return json.make(
                () -> PredictionTask.builder(json.whole("id"), json.text("document"), json.integer("position", 0))
                        .context(json.integers("context", 0))
                        .after(json.integers("after", 0))
                        .continuation(json.integers("continuation", 0))
                        .truth(new GroundTruth(json.bytes("truth"), json.integers("boundaries", 1)))
                        .match(json.oneOf("match", TruthMatch.class))
                        .entropy(json.real("entropy"))
                        .build());
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

    private static GradedRollout readRollout(JsonFields json) {
        Rollout rollout = json.make(() -> new Rollout(
                json.integer("member", 0),
                json.integers("tokens", 0),
                json.reals("logProbs"),
                json.oneOf("finish", FinishReason.class),
                json.whole("version")));
        Prediction prediction = json.contains("boxed")
                ? new Prediction.Boxed(json.bytes("boxed"))
                : new Prediction.Missing(json.oneOf("missing", MissingReason.class));
        Verdict verdict = json.contains("abstained")
                ? new Verdict.Abstained(json.text("abstained"))
                : new Verdict.Scored(json.number("reward"), json.make(() -> RewardReason.valueOf(json.text("reason"))));
        return new GradedRollout(rollout, prediction, verdict);
    }

    private static void integers(ArrayNode list, int[] values) {
        for (int value : values) {
            list.add(value);
        }
    }
}
