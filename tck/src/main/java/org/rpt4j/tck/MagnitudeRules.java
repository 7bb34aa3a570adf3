package org.rpt4j.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceModel;

/**
 * Rules about numbers of a checkpoint that are as large or as small as those of real models; they apply to every role
 * that the backend declares.
 */
final class MagnitudeRules {

    /** As many rows as the embedding of Qwen 2.5 and 3: ids need more than 16 bits. */
    static final int LARGE_VOCABULARY = 151_936;

    private static final int LONG_PROMPT = 32_768 + 20;

    private MagnitudeRules() {}

    @Rule(id = "B17", value = "rotary frequencies have the base and the scaling of the configuration")
    static void rotary(Fixture f) {
        Map<String, ModelShape> shapes = Map.of(
                "theta-1e6", new ModelShape().rotary(1e6, new RopeScaling.None()),
                "theta-1e7", new ModelShape().rotary(1e7, new RopeScaling.None()),
                "llama-3.1",
                        new ModelShape()
                                .architecture(Architecture.LLAMA)
                                .rotary(500_000, new RopeScaling.Llama3(8, 1, 4, 8192)),
                "linear", new ModelShape().rotary(10_000, new RopeScaling.Linear(8)));
        shapes.forEach((name, shape) ->
                assertLikeReference(f, name, sharp(shape.model()), Group.tokens(300, 1), Group.tokens(9, 2)));
    }

    @Rule(id = "B18", value = "norms use the epsilon of the configuration")
    static void epsilon(Fixture f) {
        for (double epsilon : new double[] {1e-6, 1e-5}) {
            // Embeddings of real models are so small that the epsilon is a few percent of their mean square.
            ReferenceModel model = new ModelShape().epsilon(epsilon).model();
            scale(model.weights()[WeightLayout.EMBEDDING], 0.02);
            assertLikeReference(f, "epsilon-" + epsilon, model, Group.tokens(6, 1), Group.tokens(9, 2));
        }
    }

    @Rule(id = "B19", value = "weights in BF16 and F16, and in several files, are read like those in one F32 file")
    static void storage(Fixture f) {
        for (Shards shards : Shards.ALL) {
            Fixture stored = f.over(shards.name(), directory -> shards.write(f.weights(), directory));
            RoleNumbers.assertLikeReference(stored, Group.tokens(6, 1), Group.tokens(9, 2));
        }
    }

    @Rule(id = "B20", value = "token ids above 65,535 are ids like any other")
    static void vocabulary(Fixture f) {
        int[] prompt = {65_536, 3, 151_935, 131_072, 65_535};
        int[] completion = {151_935, 65_536 + 3, 3, 98_304, 140_000};
        assertLikeReference(f, "vocabulary", largeVocabulary(), prompt, completion);
    }

    static ReferenceModel largeVocabulary() {
        return new ModelShape()
                .vocabulary(LARGE_VOCABULARY)
                .hidden(8)
                .heads(2, 1, 4)
                .tied()
                .model();
    }

    @Rule(id = "B21", value = "positions above 32,768 are positions like any other")
    static void positions(Fixture f) {
        ReferenceModel model = new ModelShape()
                .hidden(8)
                .heads(1, 1, 4)
                .context(40_960)
                .rotary(1e6, new RopeScaling.None())
                .model();
        int[] prompt = Group.tokens(LONG_PROMPT, 3);
        // The first tokens are unlike all others, so that whoever forgets them gets other numbers.
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = i < 16 ? 0 : Math.max(1, prompt[i]);
        }
        assertLikeReference(f, "positions", sharp(model), prompt, Group.tokens(12, 4));
    }

    @Rule(id = "B22", value = "logits of thousands have a finite softmax")
    static void logits(Fixture f) {
        ReferenceModel model = new ModelShape().model();
        int[] prompt = Group.tokens(6, 1);
        scale(model.weights()[model.layout().head()], 10_000 / largestLogit(model, prompt));
        Fixture large = f.over("logits", model::write);
        // A logit has a relative error; that of 10,000 is a thousand times that of the usual ones.
        new RoleNumbers(large, prompt, Group.tokens(9, 2), 1000 * f.tolerances().logProb()).assertAll();
    }

    private static double largestLogit(ReferenceModel model, int[] prompt) {
        double[] logits = new ReferenceForward(model).append(prompt).logits(prompt.length - 1);
        return Arrays.stream(logits).map(Math::abs).max().orElseThrow();
    }

    @Rule(id = "B23", value = "heads have the number, the grouping and the width of the configuration")
    static void heads(Fixture f) {
        Map<String, ModelShape> shapes = Map.of(
                "seven-queries-per-key",
                        new ModelShape().architecture(Architecture.QWEN2).heads(14, 2, 64),
                "eight-queries-per-key", new ModelShape().heads(32, 4, 128),
                "a-key-per-query",
                        new ModelShape().architecture(Architecture.LLAMA).heads(4, 4, 64));
        shapes.forEach((name, shape) ->
                assertLikeReference(f, name, shape.hidden(96).model(), Group.tokens(40, 1), Group.tokens(9, 2)));
    }

    private static void assertLikeReference(
            Fixture f, String name, ReferenceModel model, int[] prompt, int[] completion) {
        RoleNumbers.assertLikeReference(f.over(name, model::write), prompt, completion);
    }

    /** Enlarges queries and keys, so that attention picks few positions and a wrong angle shows. */
    private static ReferenceModel sharp(ReferenceModel model) {
        List<WeightLayout.LayerWeight> sharpened = new ArrayList<>();
        if (model.config().queryKeyNorm()) {
            sharpened.add(WeightLayout.LayerWeight.QUERY_NORM);
            sharpened.add(WeightLayout.LayerWeight.KEY_NORM);
        } else {
            sharpened.add(WeightLayout.LayerWeight.QUERY);
        }
        for (WeightLayout.LayerWeight weight : sharpened) {
            scale(model.weights()[model.layout().index(0, weight)], 2);
        }
        return model;
    }

    private static void scale(double[] weights, double factor) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (weights[i] * factor);
        }
    }
}
