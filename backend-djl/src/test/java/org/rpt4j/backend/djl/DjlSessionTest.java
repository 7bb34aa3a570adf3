package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.Softmax;

/** Sessions long enough that single tokens are decoded behind a prompt, and their tensors. */
class DjlSessionTest {

    private static final int[] TEXT = new Random(3).ints(300, 0, 37).toArray();

    @TempDir
    private Path directory;

    private ModelSource model;

    @BeforeEach
    void write() {
        ModelConfig config = new ModelConfig(
                Architecture.LLAMA,
                37,
                16,
                24,
                2,
                4,
                2,
                8,
                512,
                1e-5,
                10_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                false,
                List.of(2));
        ReferenceModel.random(config, 8).write(directory);
        model = ModelSource.directory(directory);
    }

    private static double logProb(float[] logits, int token) {
        double[] wide = new double[logits.length];
        for (int id = 0; id < wide.length; id++) {
            wide[id] = logits[id];
        }
        return Softmax.logProbs(wide, 1)[token];
    }

    /** Log-probability of each token of the text but the first. */
    private static double[] logProbs(Policy policy, int[] text) {
        return policy.logProbs(TokenBatch.builder(1)
                        .add(Arrays.copyOf(text, 1), List.of(Arrays.copyOfRange(text, 1, text.length)))
                        .build())
                .values();
    }

    @Test
    void tokensOneByOneGiveTheLogitsOfOnePass() {
        try (DjlBackend backend = new DjlBackend(BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(model);
                DecodingSession session = policy.openSession()) {
            double[] expected = logProbs(policy, TEXT);
            session.append(Arrays.copyOf(TEXT, 100));
            // More than the first capacity of the part behind the prompt.
            for (int at = 100; at < 200; at++) {
                assertThat(logProb(session.logits(), TEXT[at])).isCloseTo(expected[at - 1], within(1e-4));
                session.append(TEXT[at]);
            }
            session.append(Arrays.copyOfRange(TEXT, 200, 299));
            assertThat(logProb(session.logits(), TEXT[299])).isCloseTo(expected[298], within(1e-4));
        }
    }

    @Test
    void aCutIntoThePromptIsGoneOnFromThere() {
        int[] other = TEXT.clone();
        for (int at = 60; at < other.length; at++) {
            other[at] = (other[at] + 1) % 37;
        }
        try (DjlBackend backend = new DjlBackend(BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(model);
                DecodingSession session = policy.openSession()) {
            double[] expected = logProbs(policy, other);
            session.append(Arrays.copyOf(TEXT, 100));
            session.append(TEXT[100], TEXT[101]);
            session.truncate(60);
            for (int at = 60; at < 90; at++) {
                assertThat(logProb(session.logits(), other[at])).isCloseTo(expected[at - 1], within(1e-4));
                session.append(other[at]);
            }
            session.truncate(70);
            assertThat(logProb(session.logits(), other[70])).isCloseTo(expected[69], within(1e-4));
        }
    }

    @Test
    void closingASessionFreesItsTensors() {
        try (DjlBackend backend = new DjlBackend(BackendOptions.DEFAULTS);
                InferencePolicy policy = (InferencePolicy) backend.openPolicy(model)) {
            use(policy);
            int before = policy.onEngine("count", () -> policy.model().liveTensors());
            for (int round = 0; round < 3; round++) {
                use(policy);
            }
            assertThat(policy.<Integer>onEngine("count", () -> policy.model().liveTensors()))
                    .isEqualTo(before);
        }
    }

    private static void use(Policy policy) {
        try (DecodingSession session = policy.openSession()) {
            session.append(Arrays.copyOf(TEXT, 100));
            session.append(TEXT[100]);
            session.append(Arrays.copyOf(TEXT, 50));
            session.logits();
        }
    }
}
