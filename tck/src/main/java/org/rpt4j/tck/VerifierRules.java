package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Verdict;

/** Rules about rewards. */
final class VerifierRules {

    private static final int THREADS = 4;
    private static final int REPETITIONS = 3;

    private VerifierRules() {}

    @Rule(id = "R1", value = "every attempt gets a verdict, however odd")
    static void total(VerifierFixture f) {
        for (Attempt attempt : f.attempts()) {
            assertThat(f.verifier().verify(attempt))
                    .as("verdict on %s", attempt.prediction())
                    .isNotNull();
        }
    }

    @Rule(id = "R2", value = "the same attempt always gets the same verdict")
    static void deterministic(VerifierFixture f) {
        List<Verdict> first = each(f, f.attempts());
        for (int i = 0; i < REPETITIONS; i++) {
            assertThat(each(f, f.attempts())).as("verdicts, asked again").isEqualTo(first);
        }
        List<Attempt> reversed = new ArrayList<>(f.attempts());
        Collections.reverse(reversed);
        List<Verdict> backwards = new ArrayList<>(each(f, reversed));
        Collections.reverse(backwards);
        assertThat(backwards).as("verdicts, asked in another order").isEqualTo(first);
    }

    @Rule(id = "R3", value = "a group gets one verdict per attempt, in the order of the attempts")
    static void groupOrder(VerifierFixture f) {
        List<Verdict> verdicts = f.verifier().verifyGroup(f.attempts());
        assertThat(verdicts)
                .as("verdicts on a group")
                .hasSameSizeAs(f.attempts())
                .doesNotContainNull();
        List<Attempt> rotated = new ArrayList<>(f.attempts());
        Collections.rotate(rotated, 1);
        List<Verdict> expected = new ArrayList<>(verdicts);
        Collections.rotate(expected, 1);
        assertThat(f.verifier().verifyGroup(rotated))
                .as("verdicts on the rotated group")
                .isEqualTo(expected);
        assertThat(f.verifier().verifyGroup(List.of()))
                .as("verdicts on an empty group")
                .isEmpty();
    }

    @Rule(id = "R4", value = "a missing prediction is not a hit, and no other gets a reason for a missing one")
    static void missing(VerifierFixture f) {
        if (f.judgesThoughtAlone()) {
            return;
        }
        List<RewardReason> missing =
                Arrays.stream(MissingReason.values()).map(RewardReason::of).toList();
        for (Attempt attempt : f.attempts()) {
            if (f.verifier().verify(attempt) instanceof Verdict.Scored scored) {
                if (attempt.prediction() instanceof Prediction.Missing) {
                    assertThat(scored.reason())
                            .as("reason for %s", attempt.prediction())
                            .isNotEqualTo(RewardReason.HIT);
                } else {
                    assertThat(scored.reason()).as("reason for a box").isNotIn(missing);
                }
            }
        }
    }

    @Rule(id = "R5", value = "verifying an attempt does not change it")
    static void readOnly(VerifierFixture f) {
        List<String> before = f.attempts().stream().map(VerifierRules::content).toList();
        each(f, f.attempts());
        f.verifier().verifyGroup(f.attempts());
        assertThat(f.attempts().stream().map(VerifierRules::content).toList())
                .as("content of the attempts")
                .isEqualTo(before);
    }

    private static String content(Attempt attempt) {
        String prediction = attempt.prediction() instanceof Prediction.Boxed boxed
                ? Arrays.toString(boxed.content())
                : attempt.prediction().toString();
        return prediction
                + Arrays.toString(attempt.prompt().tokens())
                + Arrays.toString(attempt.rollout().tokens())
                + Arrays.toString(attempt.rollout().logProbs())
                + Arrays.toString(attempt.task().context())
                + Arrays.toString(attempt.task().truth().bytes())
                + Arrays.toString(attempt.task().truth().boundaries());
    }

    @Rule(id = "R6", value = "several threads may use a verifier at once")
    static void concurrency(VerifierFixture f) throws Exception {
        List<Verdict> expected = each(f, f.attempts());
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Verdict>> results = IntStream.range(
                            0, THREADS * f.attempts().size())
                    .mapToObj(i -> f.attempts().get(i % f.attempts().size()))
                    .map(attempt -> executor.submit(() -> f.verifier().verify(attempt)))
                    .toList();
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get())
                        .as("verdict of a concurrent call")
                        .isEqualTo(expected.get(i % expected.size()));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static List<Verdict> each(VerifierFixture f, List<Attempt> attempts) {
        return attempts.stream().map(f.verifier()::verify).toList();
    }
}
