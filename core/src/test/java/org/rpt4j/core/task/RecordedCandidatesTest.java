package org.rpt4j.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.StorageException;

/** A record of scores with candidates. */
class RecordedCandidatesTest {

    private static final ScoringOptions THREE =
            ScoringOptions.builder().candidates(3).build();
    private static final List<int[]> SEQUENCES = List.of(new int[] {1, 2, 3, 4}, new int[] {5}, new int[] {6, 7});

    @TempDir
    private Path folder;

    private final FakeProxy proxy = new FakeProxy(8);

    private List<TokenScores> record(FakeProxy with, ScoringOptions options) {
        try (RecordedScorer scorer = new RecordedScorer(with, "weights", folder.resolve("record"))) {
            return scorer.score(SEQUENCES, options);
        }
    }

    @Test
    void theyAreReplayedBitForBit() {
        List<TokenScores> computed = record(proxy, THREE);

        List<TokenScores> replayed = record(proxy, THREE);

        assertThat(computed.get(0).candidates()).isEqualTo(3);
        assertThat(replayed).isEqualTo(computed);
        assertThat(proxy.calls).hasSize(1);
    }

    @Test
    void aRecordWithAnotherNumberOfThemIsRefused() {
        record(proxy, ScoringOptions.DEFAULTS);

        assertThatThrownBy(() -> record(proxy, THREE))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("candidates=3");
    }

    @Test
    void aProxyThatLeavesThemOutIsNotRecorded() {
        FakeProxy silent = new FakeProxy(8) {
            @Override
            public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
                return super.score(sequences, ScoringOptions.DEFAULTS);
            }
        };

        assertThatThrownBy(() -> record(silent, THREE)).isInstanceOf(IllegalStateException.class);
        assertThat(record(proxy, THREE).get(0).candidates()).isEqualTo(3);
    }
}
