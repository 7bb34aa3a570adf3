package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.rpt4j.api.Capability;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.Softmax;

/** Rules about decoding token by token in a session. */
@Needs(Capability.DECODE)
final class SessionRules {

    private static final int THREADS = 4;
    private static final int[] TEXT = Group.tokens(20, 4);
    private static final int[] OTHER = Group.tokens(20, 5);

    private SessionRules() {}

    @Rule(id = "P39", value = "the logits of a session are those of the reference", everyModel = true)
    static void logits(Fixture f) {
        try (DecodingSession session = f.policy().openSession()) {
            assertThat(session.length()).isZero();
            session.append(Arrays.copyOf(TEXT, 7));
            assertLikeReference(f, session, 7, TEXT);
            session.append();
            for (int i = 7; i < 12; i++) {
                session.append(TEXT[i]);
                assertLikeReference(f, session, i + 1, TEXT);
            }
            session.append(Arrays.copyOfRange(TEXT, 12, TEXT.length));
            assertLikeReference(f, session, TEXT.length, TEXT);
            assertLikeReference(f, session, TEXT.length, TEXT);
        }
    }

    @Rule(id = "P40", value = "truncating a session forgets the tokens behind, and only those")
    static void truncation(Fixture f) {
        try (DecodingSession session = f.policy().openSession()) {
            session.append(TEXT);
            session.truncate(TEXT.length);
            assertLikeReference(f, session, TEXT.length, TEXT);
            session.truncate(9);
            assertLikeReference(f, session, 9, TEXT);
            session.append(OTHER);
            int[] both = concatenated(Arrays.copyOf(TEXT, 9), OTHER);
            assertLikeReference(f, session, both.length, both);
            session.truncate(11);
            session.append(TEXT[0]);
            assertLikeReference(f, session, 12, concatenated(Arrays.copyOf(both, 11), TEXT));
            session.truncate(0);
            session.append(OTHER);
            assertLikeReference(f, session, OTHER.length, OTHER);
        }
    }

    @Rule(id = "P41", value = "the sessions of a policy share nothing")
    static void independence(Fixture f) {
        DecodingSession one = f.policy().openSession();
        try (DecodingSession two = f.policy().openSession()) {
            one.append(Arrays.copyOf(TEXT, 5));
            two.append(Arrays.copyOf(OTHER, 3));
            for (int i = 0; i < 6; i++) {
                one.append(TEXT[5 + i]);
                two.append(OTHER[3 + i]);
            }
            assertLikeReference(f, one, 11, TEXT);
            one.truncate(6);
            assertLikeReference(f, two, 9, OTHER);
            one.close();
            two.append(OTHER[9]);
            assertLikeReference(f, two, 10, OTHER);
        }
    }

    @Rule(id = "P42", value = "a session may fill the context window, but not exceed it")
    static void contextWindow(Fixture f) {
        int[] whole = Group.tokens(TinyModel.CONTEXT, 6);
        try (DecodingSession session = f.policy().openSession()) {
            session.append(Arrays.copyOf(whole, TinyModel.CONTEXT - 2));
            assertThatThrownBy(() -> session.append(1, 2, 3), "%d tokens", TinyModel.CONTEXT + 1)
                    .isInstanceOf(ContextOverflowException.class);
            assertLikeReference(f, session, TinyModel.CONTEXT - 2, whole);
            session.append(Arrays.copyOfRange(whole, TinyModel.CONTEXT - 2, TinyModel.CONTEXT));
            assertLikeReference(f, session, TinyModel.CONTEXT, whole);
        }
    }

    @Rule(id = "P43", value = "what a session cannot do is refused and changes nothing")
    static void refusals(Fixture f) {
        try (DecodingSession session = f.policy().openSession()) {
            Checks.assertIllegalState("logits of an empty session", session::logits);
            session.append(Arrays.copyOf(TEXT, 4));
            for (int id : new int[] {-1, TinyModel.VOCABULARY, Integer.MAX_VALUE}) {
                Checks.assertIllegalArgument("the id " + id, () -> session.append(1, id));
            }
            Checks.assertIllegalArgument("a truncation to more tokens", () -> session.truncate(5));
            Checks.assertIllegalArgument("a truncation to a negative length", () -> session.truncate(-1));
            assertLikeReference(f, session, 4, TEXT);
        }
    }

    @Rule(id = "P44", value = "an interrupted thread gets no logits, and the session keeps its tokens")
    static void interruption(Fixture f) {
        try (DecodingSession session = f.policy().openSession()) {
            session.append(Arrays.copyOf(TEXT, 4));
            Checks.assertCancelledWhenInterrupted("appending", () -> session.append(OTHER));
            Checks.assertCancelledWhenInterrupted("logits", session::logits);
            assertLikeReference(f, session, 4, TEXT);
            session.append(TEXT[4]);
            assertLikeReference(f, session, 5, TEXT);
        }
    }

    @Rule(id = "P45", value = "closing a session is idempotent and final, and closing its policy closes it")
    static void close(Fixture f) {
        DecodingSession closed = f.policy().openSession();
        closed.append(TEXT);
        closed.close();
        assertUnusable("a closed session", closed);
        Policy policy = f.openPolicy(f.backend());
        DecodingSession orphan = policy.openSession();
        orphan.append(TEXT);
        policy.close();
        assertUnusable("a session of a closed policy", orphan);
        Checks.assertIllegalState("a session of a closed policy", policy::openSession);
    }

    private static void assertUnusable(String what, DecodingSession session) {
        Checks.assertIllegalState("append of " + what, () -> session.append(1));
        Checks.assertIllegalState("logits of " + what, session::logits);
        Checks.assertIllegalState("truncate of " + what, () -> session.truncate(0));
        assertThatCode(session::close).as("close of %s", what).doesNotThrowAnyException();
        assertThatCode(session::close).as("second close of %s", what).doesNotThrowAnyException();
    }

    @Rule(id = "P46", value = "sessions on several threads do not disturb each other")
    static void concurrency(Fixture f) throws Exception {
        Policy policy = f.policy();
        List<DecodingSession> sessions = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                DecodingSession session = policy.openSession();
                sessions.add(session);
                int[] tokens = Group.tokens(12, i);
                results.add(executor.submit(() -> {
                    for (int token : tokens) {
                        session.append(token);
                    }
                    return session.logits();
                }));
            }
            for (int i = 0; i < THREADS; i++) {
                assertLikeReference(f, results.get(i).get(), Group.tokens(12, i));
            }
        } finally {
            executor.shutdownNow();
            sessions.forEach(DecodingSession::close);
        }
    }

    @Rule(id = "P47", value = "logits that are not finite are refused, but for the ids that no token has")
    static void finite(Fixture f) {
        try (Policy policy = f.backend().openPolicy(f.overflowing());
                DecodingSession session = policy.openSession()) {
            assertThatThrownBy(
                            () -> {
                                session.append(TEXT);
                                session.logits();
                            },
                            "logits that overflow")
                    .isInstanceOf(NumericalException.class)
                    .hasMessageContaining("token");
        }
        Fixture padded = f.over("padded", directory -> f.model().write(directory));
        padded.pad();
        try (DecodingSession session = padded.policy().openSession()) {
            session.append(1, 2, 3);
            float[] logits = session.logits();
            for (int id = 0; id < logits.length; id++) {
                assertThat(logits[id] == Float.NEGATIVE_INFINITY)
                        .as("no logit for id %d", id)
                        .isEqualTo(Fixture.ABSENT.contains(id));
            }
            assertLikeReference(padded, logits, 1, 2, 3);
            int absent = Fixture.ABSENT.iterator().next();
            Checks.assertIllegalArgument("an id that no token has", () -> session.append(absent));
        }
    }

    @Rule(id = "T40", value = "a session of weights that changed since is refused, and a new one has the new weights")
    @Needs(Capability.TRAIN)
    static void changedWeights(Fixture f) {
        try (TrainablePolicy policy = f.openTrainable();
                DecodingSession before = policy.openSession();
                Optimizer optimizer = policy.openOptimizer(OptimizerRules.OPTIONS)) {
            before.append(TEXT);
            OptimizerRules.train(policy, optimizer, 1, 1);
            Checks.assertIllegalState("append after a step", () -> before.append(1));
            Checks.assertIllegalState("logits after a step", before::logits);
            policy.save(f.path("trained"));
            try (DecodingSession after = policy.openSession()) {
                after.append(TEXT);
                assertLike(ReferenceModel.read(f.path("trained")), f.tolerances(), after.logits(), TEXT);
            }
        }
    }

    @Rule(id = "T41", value = "a session computes with the adapter of its policy, and below it without")
    @Needs({Capability.TRAIN, Capability.ADAPT})
    static void adapter(Fixture f) {
        ModelSource source = Adapters.over(f, Adapters.FULL);
        try (TrainablePolicy policy = f.backend().openTrainablePolicy(source);
                ReferencePolicy truth = new ReferencePolicy(source);
                DecodingSession adapted = policy.openSession();
                DecodingSession frozen = policy.withoutAdapter().openSession()) {
            adapted.append(TEXT);
            frozen.append(TEXT);
            assertLike(truth.model(), f.tolerances(), adapted.logits(), TEXT);
            assertLikeReference(f, frozen, TEXT.length, TEXT);
        }
    }

    private static void assertLikeReference(Fixture f, DecodingSession session, int length, int[] text) {
        assertThat(session.length()).as("length of the session").isEqualTo(length);
        assertLikeReference(f, session.logits(), Arrays.copyOf(text, length));
    }

    private static void assertLikeReference(Fixture f, float[] logits, int... text) {
        assertLike(f.reference().model(), f.tolerances(), logits, text);
    }

    private static void assertLike(ReferenceModel model, Tolerances tolerances, float[] logits, int... text) {
        double[] actual = new double[logits.length];
        for (int id = 0; id < actual.length; id++) {
            actual[id] = logits[id];
        }
        double[] expected = new ReferenceForward(model).append(text).logits(text.length - 1);
        // An id without a token has probability 0 on both sides, and infinities have no difference.
        Checks.assertClose(
                "probabilities after " + text.length + " tokens",
                Softmax.probabilities(actual, 1),
                Softmax.probabilities(expected, 1),
                tolerances.logProb());
        if (model.absentTokens().isEmpty()) {
            Checks.assertClose(
                    "log-probabilities after " + text.length + " tokens",
                    Softmax.logProbs(actual, 1),
                    Softmax.logProbs(expected, 1),
                    tolerances.logProb());
        }
    }

    private static int[] concatenated(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
