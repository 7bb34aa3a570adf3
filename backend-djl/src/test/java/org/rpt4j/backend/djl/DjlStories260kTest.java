package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.spi.Backends;
import org.rpt4j.testdata.SharedData;

/** A real checkpoint, trained elsewhere, with figures computed elsewhere in double precision. */
class DjlStories260kTest {

    @Test
    void continuesAndScoresAsTheReferenceDoes() throws IOException {
        Path directory = SharedData.require("models/stories260K");
        JsonNode reference =
                new ObjectMapper().readTree(directory.resolve("reference.json").toFile());
        int[] prompt = ints(reference.get("prompt_ids"));
        int[] greedy = ints(reference.get("greedy_ids"));
        int[] continuation = Arrays.copyOfRange(greedy, prompt.length, greedy.length);
        try (Backend backend = Backends.open("djl")) {
            Policy policy = backend.openPolicy(ModelSource.directory(directory));

            int[] generated = policy.generate(
                            List.of(new Prompt(1, prompt)), SamplingOptions.greedy(continuation.length))
                    .get(0)
                    .rollouts()
                    .get(0)
                    .tokens();
            assertThat(generated).isEqualTo(continuation);

            TokenBatch whole = TokenBatch.builder(1)
                    .add(Arrays.copyOf(greedy, 1), List.of(Arrays.copyOfRange(greedy, 1, greedy.length)))
                    .build();
            double meanNll =
                    -Arrays.stream(policy.logProbs(whole).values()).average().orElseThrow();
            assertThat(meanNll)
                    .isCloseTo(reference.get("mean_nll_over_greedy_ids_f64").asDouble(), within(1e-5));
        }
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }
}
