package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Cases for which the tiny models of the contract are too short: several chunks, and a cache that grows on the way. */
class LongContextTest {

    private static final int VOCABULARY = 41;
    private static final int CONTEXT = 320;

    @TempDir
    private Path folder;

    private ModelSource source;

    @BeforeEach
    void writeModel() {
        ModelConfig config = new ModelConfig(
                Architecture.QWEN2,
                VOCABULARY,
                16,
                24,
                2,
                4,
                2,
                16,
                CONTEXT,
                1e-5,
                10_000,
                new RopeScaling.None(),
                true,
                true,
                false,
                false,
                List.of());
        ReferenceModel.random(config, 11).write(folder);
        source = ModelSource.directory(folder);
    }

    private static SamplingOptions sampling(double temperature) {
        return SamplingOptions.builder()
                .groupSize(3)
                .temperature(temperature)
                .maxTokens(150)
                .stopTokens(Set.of(7))
                .seed(5)
                .step(6)
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 256})
    void rolloutsAreThoseOfTheReference(int maxSequences) {
        List<Prompt> prompts = List.of(
                new Prompt(1, Scores.tokens(VOCABULARY, 200, 1)),
                new Prompt(2, Scores.tokens(VOCABULARY, 3, 2)),
                new Prompt(3, Scores.tokens(VOCABULARY, 70, 3)));
        BackendOptions options =
                BackendOptions.DEFAULTS.toBuilder().maxSequences(maxSequences).build();
        try (Backend backend = Backends.open("onnx", options);
                Policy policy = backend.openPolicy(source);
                Policy truth = new ReferencePolicy(source)) {
            List<RolloutGroup> found = policy.generate(prompts, sampling(1));
            List<RolloutGroup> expected = truth.generate(prompts, sampling(1));
            for (int g = 0; g < prompts.size(); g++) {
                for (int m = 0; m < 3; m++) {
                    var rollout = found.get(g).rollouts().get(m);
                    assertThat(rollout.tokens())
                            .isEqualTo(expected.get(g).rollouts().get(m).tokens());
                    assertThat(rollout.logProbs())
                            .containsExactly(expected.get(g).rollouts().get(m).logProbs(), within(1e-4));
                }
            }
            assertThat(found.stream().flatMap(group -> group.rollouts().stream()))
                    .anySatisfy(rollout -> assertThat(rollout.length()).isGreaterThan(64));
        }
    }

    @Test
    void logProbabilitiesOverSeveralChunksAreThoseOfTheReference() {
        TokenBatch batch = TokenBatch.builder(0.7)
                .add(
                        Scores.tokens(VOCABULARY, 130, 4),
                        List.of(
                                Scores.tokens(VOCABULARY, 190, 5),
                                Scores.tokens(VOCABULARY, 1, 6),
                                Scores.tokens(VOCABULARY, 65, 7)))
                .add(Scores.tokens(VOCABULARY, 64, 8), List.of(Scores.tokens(VOCABULARY, 129, 9)))
                .build();
        try (Backend backend = Backends.open("onnx");
                Policy policy = backend.openPolicy(source);
                Policy truth = new ReferencePolicy(source)) {
            assertThat(policy.logProbs(batch).values())
                    .containsExactly(truth.logProbs(batch).values(), within(1e-4));
        }
    }
}
