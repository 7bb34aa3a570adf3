package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.task.RecordedScorer;

/** The scores that an interrupted scoring run left behind. */
class ScoreRecordFuzz {

    private static final Scratch SCRATCH = new Scratch();
    static final List<int[]> SEQUENCES = List.of(new int[] {1, 2, 3}, new int[] {4, 5});

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("scores.bin", input);
        Promise.readsOrRefuses(() -> {
            try (RecordedScorer scorer = new RecordedScorer(new Zeros(), "zeros", file)) {
                List<TokenScores> scores = scorer.score(SEQUENCES, ScoringOptions.DEFAULTS);
                if (scores.size() != SEQUENCES.size() || scores.get(0).entropy().length != 3) {
                    throw new AssertionError("scores of other sequences: " + scores);
                }
                return scores;
            }
        });
    }

    /** A scorer that finds everything equally easy. */
    static final class Zeros implements ProxyScorer {

        @Override
        public ModelDescription description() {
            return new ModelDescription("zeros", 1, 8, 16);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return sequences.stream()
                    .map(each ->
                            new TokenScores(new double[each.length], new int[each.length], new double[each.length]))
                    .toList();
        }

        @Override
        public void close() {}
    }
}
