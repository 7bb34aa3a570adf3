package org.rpt4j.tck.wrong;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules P1 to P11. */
final class WrongPolicies {

    private WrongPolicies() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("P1", "counts a few parameters twice", Miscounting::new),
                WrongTwin.ofPolicy("P2", "takes the log-probability of the token before", OffByOne::new),
                WrongTwin.ofPolicy("P3", "forgets the temperature", IgnoringTemperature::new),
                WrongTwin.ofPolicy("P4", "uses the first prompt for the whole batch", FirstPromptForAll::new),
                WrongTwin.ofPolicy("P5", "lets completions of a group see each other", LeakingSiblings::new),
                WrongTwin.ofPolicy("P6", "fails on an empty batch", RefusingNothing::new),
                WrongTwin.ofPolicy("P7", "truncates long inputs silently", CuttingAndWrapping::new),
                WrongTwin.ofPolicy("P8", "wraps ids into the vocabulary", CuttingAndWrapping::new),
                WrongTwin.ofPolicy("P9", "ignores interruptions", Deaf::new),
                WrongTwin.ofPolicy("P10", "keeps the batch of a call in a field", SharedField::new),
                WrongTwin.ofPolicy("P11", "keeps working after close", Immortal::new));
    }

    private static final class Miscounting extends ForwardingPolicy {
        Miscounting(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ModelDescription description() {
            return Mistakes.miscounted(super.description());
        }
    }

    private static final class OffByOne extends ForwardingPolicy {
        OffByOne(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            double[] right = super.logProbs(batch).values();
            double[] wrong = right.clone();
            System.arraycopy(right, 0, wrong, 1, right.length - 1);
            return TokenValues.of(batch, wrong);
        }
    }

    private static final class IgnoringTemperature extends ForwardingPolicy {
        IgnoringTemperature(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            TokenBatch.Builder plain = TokenBatch.builder(1);
            Mistakes.entries(batch).forEach(entry -> plain.add(entry.prompt(), List.of(entry.completion())));
            return super.logProbs(plain.build());
        }
    }

    private static final class FirstPromptForAll extends ForwardingPolicy {
        FirstPromptForAll(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            int[] first = Mistakes.entries(batch).get(0).prompt();
            return super.logProbs(
                    Mistakes.withPrompts(batch, e -> new Mistakes.Entry(first, e.completion(), e.all(), e.index())));
        }
    }

    private static final class LeakingSiblings extends ForwardingPolicy {
        LeakingSiblings(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            return super.logProbs(Mistakes.chained(batch));
        }
    }

    private static final class RefusingNothing extends ForwardingPolicy {
        RefusingNothing(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            if (batch.completionCount() == 0) {
                throw new IllegalArgumentException("the batch is empty");
            }
            return super.logProbs(batch);
        }
    }

    private static final class CuttingAndWrapping extends ForwardingPolicy {
        CuttingAndWrapping(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            return super.logProbs(Mistakes.forced(batch, description()));
        }
    }

    private static final class Deaf extends ForwardingPolicy {
        Deaf(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            return Mistakes.deaf(() -> super.logProbs(batch));
        }
    }

    private static final class SharedField extends ForwardingPolicy {
        private volatile @Nullable TokenBatch current;

        SharedField(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            current = batch;
            Mistakes.dawdle(() -> current != batch, Duration.ofMillis(300));
            TokenBatch stored = current;
            return super.logProbs(stored == null ? batch : stored);
        }
    }

    /** Also breaks P28. */
    static final class Immortal extends ForwardingPolicy {
        Immortal(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            // The mistake is to do nothing.
        }
    }
}
