package org.rpt4j.tck.wrong;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.tck.reference.ReferencePrefixMatch;

/** Breaks the rules R1 to R6. */
public final class WrongVerifiers {

    private static final RewardVerifier RIGHT = new ReferencePrefixMatch();

    private WrongVerifiers() {}

    /** One per rule. */
    public static List<WrongVerifier> all() {
        return List.of(
                new WrongVerifier("R1", "fails if there is no prediction", WrongVerifiers::boxesOnly),
                new WrongVerifier("R2", "gives every third attempt away", everyThird()),
                new WrongVerifier("R3", "returns the best verdict first", new BestFirst()),
                new WrongVerifier("R4", "rewards silence", WrongVerifiers::rewardsSilence),
                new WrongVerifier("R5", "works on the bytes of the prediction", WrongVerifiers::scribbles),
                new WrongVerifier("R6", "keeps the attempt in a field", new SharedField()));
    }

    private static Verdict boxesOnly(Attempt attempt) {
        Prediction.Boxed box = (Prediction.Boxed) attempt.prediction();
        return RIGHT.verify(new Attempt(attempt.task(), attempt.prompt(), attempt.rollout(), box));
    }

    private static RewardVerifier everyThird() {
        AtomicInteger calls = new AtomicInteger();
        return attempt ->
                calls.incrementAndGet() % 3 == 0 ? new Verdict.Scored(1, RewardReason.CUSTOM) : RIGHT.verify(attempt);
    }

    private static Verdict rewardsSilence(Attempt attempt) {
        return attempt.prediction() instanceof Prediction.Missing
                ? new Verdict.Scored(1, RewardReason.HIT)
                : RIGHT.verify(attempt);
    }

    private static Verdict scribbles(Attempt attempt) {
        Verdict verdict = RIGHT.verify(attempt);
        if (attempt.prediction() instanceof Prediction.Boxed boxed) {
            Arrays.fill(boxed.content(), (byte) ' ');
        }
        return verdict;
    }

    private static final class BestFirst implements RewardVerifier {
        @Override
        public Verdict verify(Attempt attempt) {
            return RIGHT.verify(attempt);
        }

        @Override
        public List<Verdict> verifyGroup(List<Attempt> attempts) {
            return RewardVerifier.super.verifyGroup(attempts).stream()
                    .sorted(Comparator.comparingDouble(verdict -> -((Verdict.Scored) verdict).reward()))
                    .toList();
        }
    }

    private static final class SharedField implements RewardVerifier {
        private volatile @Nullable Attempt current;

        @Override
        public Verdict verify(Attempt attempt) {
            current = attempt;
            Mistakes.dawdle(() -> current != attempt, Duration.ofMillis(20));
            Attempt stored = current;
            return RIGHT.verify(stored == null ? attempt : stored);
        }
    }
}
