package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.Softmax;

/** Sessions longer than a chunk and than the first capacity of a cache, beside other work of their policy. */
class OnnxSessionTest {

    private static final int[] TEXT = new Random(3).ints(300, 0, 37).toArray();

    @TempDir
    private Path directory;

    @Test
    void aLongTextHasTheLogitsOfOnePassWhateverThePolicyDoesBetween() {
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
        try (OnnxBackend backend = new OnnxBackend(BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(ModelSource.directory(directory));
                DecodingSession session = policy.openSession()) {
            double[] expected = policy.logProbs(TokenBatch.builder(1)
                            .add(Arrays.copyOf(TEXT, 1), List.of(Arrays.copyOfRange(TEXT, 1, TEXT.length)))
                            .build())
                    .values();
            int at = 0;
            for (int end : new int[] {60, 61, 64, 65, 200, 201, 299}) {
                session.append(Arrays.copyOfRange(TEXT, at, end));
                at = end;
                policy.generate(List.of(new Prompt(0, new int[] {1, 2, 3})), SamplingOptions.greedy(3));
                assertThat(logProb(session.logits(), TEXT[end])).isCloseTo(expected[end - 1], within(1e-4));
            }
            session.truncate(130);
            assertThat(logProb(session.logits(), TEXT[130])).isCloseTo(expected[129], within(1e-4));
        }
    }

    private static double logProb(float[] logits, int token) {
        double[] wide = new double[logits.length];
        for (int id = 0; id < wide.length; id++) {
            wide[id] = logits[id];
        }
        return Softmax.logProbs(wide, 1)[token];
    }
}
