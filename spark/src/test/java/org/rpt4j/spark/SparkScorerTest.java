package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.tck.reference.ReferenceBackend;

class SparkScorerTest {

    private static final ScoringOptions SCORING =
            ScoringOptions.builder().topK(5).candidates(3).build();

    @TempDir
    private Path directory;

    @Test
    void givesTheScoresOfOneProcessWhateverTheSizeOfATask() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        List<int[]> sequences = IntStream.range(0, 9)
                .mapToObj(i -> SmallModel.tokens(1 + 7 * i, i))
                .toList();
        List<TokenScores> expected;
        try (ReferenceBackend local = new ReferenceBackend(BackendOptions.DEFAULTS)) {
            expected = local.openProxyScorer(model).score(sequences, SCORING);
        }
        for (int perTask : new int[] {1, 4, 100}) {
            try (SparkBackend cluster = LocalCluster.reference(
                            ClusterOptions.builder().sequencesPerTask(perTask).build());
                    ProxyScorer scorer = cluster.openProxyScorer(model)) {
                assertThat(scorer.score(sequences, SCORING))
                        .as("%d sequences per task", perTask)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void asksForThreeTasksForEachThatRunsAtATime() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                ProxyScorer scorer = cluster.openProxyScorer(model)) {
            assertThat(scorer.batchTokens()).isEqualTo(2 * 3 * 8192);
        }
    }

    @Test
    void hasTheIdentityOfTheExecutorsScorer() {
        ModelSource model = SmallModel.write(directory.resolve("model"));
        try (SparkBackend cluster = LocalCluster.reference(ClusterOptions.DEFAULTS);
                ProxyScorer scorer = cluster.openProxyScorer(model)) {
            assertThat(scorer.identity()).isEmpty();
        }
    }
}
