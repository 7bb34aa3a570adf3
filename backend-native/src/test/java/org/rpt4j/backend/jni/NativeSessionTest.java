package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.Softmax;

/** Sessions whose cache grows several times, and their memory. */
@EnabledIf(Library.BUILT)
class NativeSessionTest {

    private static final int CONTEXT = 2048;
    private static final int VOCABULARY = 37;

    @TempDir
    private Path directory;

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.MEMORY);
    }

    private ModelSource write() {
        ModelConfig config = new ModelConfig(
                Architecture.LLAMA,
                VOCABULARY,
                16,
                24,
                2,
                2,
                1,
                8,
                CONTEXT,
                1e-5,
                10_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                false,
                List.of(2));
        ReferenceModel.random(config, 8).write(directory.resolve("model"));
        return ModelSource.directory(directory.resolve("model"));
    }

    private static NativeBackend open(int threads) {
        return new NativeBackend(
                BackendOptions.DEFAULTS.toBuilder().threads(threads).build());
    }

    private static int[] text(int length) {
        return new Random(3).ints(length, 0, VOCABULARY).toArray();
    }

    private static double logProb(float[] logits, int token) {
        double[] wide = new double[logits.length];
        for (int id = 0; id < wide.length; id++) {
            wide[id] = logits[id];
        }
        return Softmax.logProbs(wide, 1)[token];
    }

    @Test
    void aLongTextHasTheLogProbabilitiesOfOnePassHoweverItsCacheGrew() {
        int[] text = text(1500);
        try (NativeBackend backend = open(2);
                Policy policy = backend.openPolicy(write());
                DecodingSession session = policy.openSession()) {
            double[] expected = policy.logProbs(TokenBatch.builder(1)
                            .add(Arrays.copyOf(text, 1), List.of(Arrays.copyOfRange(text, 1, text.length)))
                            .build())
                    .values();
            int at = 0;
            for (int end : new int[] {1, 2, 17, 18, 300, 301, 302, 900, 1499}) {
                session.append(Arrays.copyOfRange(text, at, end));
                at = end;
                assertThat(logProb(session.logits(), text[end])).isCloseTo(expected[end - 1], within(1e-4));
            }
            session.truncate(301);
            assertThat(logProb(session.logits(), text[301])).isCloseTo(expected[300], within(1e-4));
        }
    }

    @Test
    void theSameTextHasTheSameBitsForAnyNumberOfThreads() {
        ModelSource model = write();
        float[][] logits = new float[2][];
        for (int threads = 1; threads <= 2; threads++) {
            try (NativeBackend backend = open(threads);
                    Policy policy = backend.openPolicy(model);
                    DecodingSession session = policy.openSession()) {
                session.append(text(400));
                logits[threads - 1] = session.logits();
            }
        }
        assertThat(logits[0]).isEqualTo(logits[1]);
    }

    @Test
    void aSessionGivesItsMemoryBackAndEndsWithItsModel() {
        try (NativeBackend backend = open(1)) {
            Policy policy = backend.openPolicy(write());
            long before;
            try (DecodingSession warm = policy.openSession()) {
                // What matrix products work in stays with the engine.
                warm.append(text(700));
            }
            before = backend.usedBytes();
            for (int round = 0; round < 3; round++) {
                try (DecodingSession session = policy.openSession()) {
                    session.append(text(700));
                    assertThat(backend.usedBytes()).isGreaterThan(before);
                }
                assertThat(backend.usedBytes()).isEqualTo(before);
            }
            DecodingSession orphan = policy.openSession();
            orphan.append(text(100));
            policy.close();
            assertThat(backend.usedBytes()).isZero();
            orphan.close();
        }
    }

    @Test
    void aTextBeyondTheBudgetIsRefusedAndTheSessionGoesOn() {
        long enough;
        try (NativeBackend backend = open(1);
                Policy policy = backend.openPolicy(write());
                DecodingSession session = policy.openSession()) {
            session.append(text(200));
            session.logits();
            enough = backend.usedBytes();
        }
        System.setProperty(EngineSettings.MEMORY, Long.toString(enough));
        try (NativeBackend backend = open(1);
                Policy policy = backend.openPolicy(write());
                DecodingSession session = policy.openSession()) {
            session.append(text(40));
            float[] logits = session.logits();
            assertThatThrownBy(() -> {
                        while (session.length() < CONTEXT) {
                            session.append(3, 4, 5, 6, 7, 8, 9, 10);
                        }
                    })
                    .isInstanceOf(BackendMemoryException.class)
                    .hasMessageContaining("the keys and values of a session");
            assertThat(session.length()).isGreaterThan(40);
            session.truncate(40);
            assertThat(logProb(session.logits(), 5)).isCloseTo(logProb(logits, 5), within(1e-5));
        }
    }
}
