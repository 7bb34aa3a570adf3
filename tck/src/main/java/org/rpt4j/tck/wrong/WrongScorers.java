package org.rpt4j.tck.wrong;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** Breaks the rules S1 to S13. */
final class WrongScorers {

    private WrongScorers() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofScorer("S1", "counts a few parameters twice", Miscounting::new),
                WrongTwin.ofScorer("S2", "measures entropy in bits", Bits::new),
                WrongTwin.ofScorer("S3", "always renormalises", AlwaysRenormalising::new),
                WrongTwin.ofScorer("S4", "reads the argmax from the logits at the token itself", EarlyArgmax::new),
                WrongTwin.ofScorer("S5", "reads log-probabilities one position too late", LateLogProb::new),
                WrongTwin.ofScorer("S6", "scores the first token as certain", CertainFirst::new),
                WrongTwin.ofScorer("S7", "returns scores sorted by length, as it computed them", SortedByLength::new),
                WrongTwin.ofScorer("S8", "truncates long inputs silently", Cutting::new),
                WrongTwin.ofScorer("S9", "wraps ids into the vocabulary", Wrapping::new),
                WrongTwin.ofScorer("S10", "ignores interruptions", Deaf::new),
                WrongTwin.ofScorer("S11", "keeps the sequences of a call in a field", SharedField::new),
                WrongTwin.ofScorer("S12", "keeps working after close", Immortal::new),
                WrongTwin.ofScorer("S13", "checks its arguments and copies them later", CheckedBeforeCopied::new));
    }

    private static final class CheckedBeforeCopied extends ForwardingScorer {
        CheckedBeforeCopied(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            InputLimits.of(description(), AbsentTokens.NONE).requireScorable(sequences, options);
            List<int[]> later = sequences.stream()
                    .map(sequence -> Mistakes.wrapped(sequence, description()))
                    .toList();
            return super.score(later, options);
        }
    }

    private static final class Miscounting extends ForwardingScorer {
        Miscounting(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public ModelDescription description() {
            return Mistakes.miscounted(super.description());
        }
    }

    private static final class Bits extends ForwardingScorer {
        Bits(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return super.score(sequences, options).stream()
                    .map(scores -> new TokenScores(
                            Arrays.stream(scores.entropy())
                                    .map(h -> h / Math.log(2))
                                    .toArray(),
                            scores.argmax(),
                            scores.trueLogProb()))
                    .toList();
        }
    }

    private static final class AlwaysRenormalising extends ForwardingScorer {
        AlwaysRenormalising(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return super.score(
                    sequences, ScoringOptions.builder().topK(options.topK()).build());
        }
    }

    private static final class EarlyArgmax extends ForwardingScorer {
        EarlyArgmax(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return super.score(sequences, options).stream()
                    .map(scores -> {
                        int[] argmax = scores.argmax().clone();
                        System.arraycopy(scores.argmax(), 1, argmax, 0, argmax.length - 1);
                        return new TokenScores(scores.entropy(), argmax, scores.trueLogProb());
                    })
                    .toList();
        }
    }

    private static final class LateLogProb extends ForwardingScorer {
        LateLogProb(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return super.score(sequences, options).stream()
                    .map(scores -> {
                        double[] late = scores.trueLogProb().clone();
                        System.arraycopy(scores.trueLogProb(), 0, late, 1, late.length - 1);
                        return new TokenScores(scores.entropy(), scores.argmax(), late);
                    })
                    .toList();
        }
    }

    private static final class CertainFirst extends ForwardingScorer {
        CertainFirst(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            List<TokenScores> all = super.score(sequences, options);
            all.forEach(scores -> scores.entropy()[0] = 0);
            return all;
        }
    }

    private static final class SortedByLength extends ForwardingScorer {
        SortedByLength(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return super.score(sequences, options).stream()
                    .sorted(Comparator.comparingInt(TokenScores::length))
                    .toList();
        }
    }

    private static final class Cutting extends ForwardingScorer {
        Cutting(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            int most = description().contextLength();
            List<int[]> cut = sequences.stream()
                    .map(sequence -> Arrays.copyOf(sequence, Math.min(sequence.length, most)))
                    .toList();
            return super.score(cut, options);
        }
    }

    private static final class Wrapping extends ForwardingScorer {
        Wrapping(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            List<int[]> wrapped = sequences.stream()
                    .map(sequence -> Mistakes.wrapped(sequence, description()))
                    .toList();
            return super.score(wrapped, options);
        }
    }

    private static final class Deaf extends ForwardingScorer {
        Deaf(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return Mistakes.deaf(() -> super.score(sequences, options));
        }
    }

    private static final class SharedField extends ForwardingScorer {
        private volatile @Nullable List<int[]> current;

        SharedField(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            current = sequences;
            Mistakes.dawdle(() -> current != sequences, Duration.ofMillis(300));
            List<int[]> stored = current;
            return super.score(stored == null ? sequences : stored, options);
        }
    }

    private static final class Immortal extends ForwardingScorer {
        Immortal(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            // The mistake is to do nothing.
        }
    }
}
