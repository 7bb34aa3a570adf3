package org.rpt4j.tck.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.testdata.SharedData;

/** Compares the reference with numbers that another program computed in float64 from the same trained checkpoint. */
class Stories260kTest {

    private static final double RELATIVE = 1e-9;

    private Path directory;
    private JsonNode expected;

    @BeforeEach
    void locate() throws IOException {
        directory = SharedData.require("models/stories260K");
        expected =
                new ObjectMapper().readTree(directory.resolve("reference.json").toFile());
    }

    @Test
    void logitsAfterThePromptAgreeToFloat64() {
        int[] prompt = ints("prompt_ids");
        double[] logits = new ReferenceForward(ReferenceModel.read(directory))
                .append(prompt)
                .logits(prompt.length - 1);
        for (JsonNode entry : expected.get("last_logits_top8_f64")) {
            double value = entry.get(1).doubleValue();
            assertThat(logits[entry.get(0).intValue()]).isCloseTo(value, within(RELATIVE * Math.abs(value)));
        }
        double sum = expected.get("last_logits_sum_f64").doubleValue();
        assertThat(Arrays.stream(logits).sum()).isCloseTo(sum, within(RELATIVE * Math.abs(sum)));
    }

    @Test
    void greedyDecodingTellsTheSameStory() {
        int[] prompt = ints("prompt_ids");
        int[] story = ints("greedy_ids");
        try (ReferencePolicy policy = new ReferencePolicy(ModelSource.directory(directory))) {
            Rollout rollout = policy.generate(
                            List.of(new Prompt(0, prompt)), SamplingOptions.greedy(story.length - prompt.length))
                    .get(0)
                    .rollouts()
                    .get(0);
            assertThat(rollout.tokens()).isEqualTo(Arrays.copyOfRange(story, prompt.length, story.length));
            assertThat(rollout.finish()).isEqualTo(FinishReason.LENGTH);
        }
    }

    @Test
    void meanNegativeLogLikelihoodAgreesToFloat64() {
        try (ReferenceBackend backend = new ReferenceBackend(BackendOptions.DEFAULTS);
                var scorer = backend.openProxyScorer(ModelSource.directory(directory))) {
            double[] logProbs = scorer.score(List.of(ints("greedy_ids")), ScoringOptions.DEFAULTS)
                    .get(0)
                    .trueLogProb();
            double mean = -Arrays.stream(logProbs).skip(1).average().orElseThrow();
            double value = expected.get("mean_nll_over_greedy_ids_f64").doubleValue();
            assertThat(mean).isCloseTo(value, within(RELATIVE * value));
        }
    }

    private int[] ints(String field) {
        return StreamSupport.stream(expected.get(field).spliterator(), false)
                .mapToInt(JsonNode::intValue)
                .toArray();
    }
}
