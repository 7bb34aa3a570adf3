package org.rpt4j.core.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.task.kind.GroundTruths;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class TaskBuilderTest {

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open(@TempDir Path directory) {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(" t", " th", "\u00e9"), List.of()));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    /** A document of the letters a, b, c, ... whose entropy at t is given by t. */
    private static ScoredDocument document(String id, int length, IntToDoubleFunction entropyAt) {
        int[] tokens = new int[length];
        Arrays.setAll(tokens, t -> 'a' + t % 26);
        double[] entropy = new double[length];
        Arrays.setAll(entropy, t -> t == 0 ? Double.NaN : entropyAt.applyAsDouble(t));
        int[] argmax = new int[length];
        Arrays.setAll(argmax, t -> t % 4 == 0 ? tokens[t] : 'z');
        return new ScoredDocument(
                new TokenizedDocument(id, tokens), new TokenScores(entropy, argmax, new double[length]));
    }

    private static List<PredictionTask> buildAll(
            TaskBuilder builder, FilterStatistics statistics, ScoredDocument... documents) {
        List<PredictionTask> all = new ArrayList<>();
        builder.buildAll(Stream.of(documents), statistics, (document, tasks) -> all.addAll(tasks));
        return all;
    }

    private static List<Integer> positions(List<PredictionTask> tasks) {
        return tasks.stream().map(PredictionTask::position).toList();
    }

    @Test
    void keepsHardPositionsWithEnoughContext() {
        TaskSelection selection =
                TaskSelection.above(1.0).toBuilder().minContextTokens(3).build();
        List<PredictionTask> tasks =
                new TaskBuilder(tokenizer, selection).build(document("d", 9, t -> t % 2 == 1 ? 1.0 : 0.99));
        assertThat(positions(tasks)).containsExactly(3, 5, 7);
    }

    @Test
    void unscoredPositionsAreNeverTasks() {
        TaskSelection selection =
                TaskSelection.above(0).toBuilder().minContextTokens(1).build();
        List<PredictionTask> tasks =
                new TaskBuilder(tokenizer, selection).build(document("d", 5, t -> t == 2 ? Double.NaN : 0));
        assertThat(positions(tasks)).containsExactly(1, 3, 4);
    }

    @Test
    void aTaskCarriesContextTargetAndContinuation() {
        TaskSelection selection = TaskSelection.above(1).toBuilder()
                .minContextTokens(4)
                .maxContextTokens(3)
                .continuationTokens(2)
                .build();
        PredictionTask task = new TaskBuilder(tokenizer, selection)
                .build(document("d", 8, t -> t == 5 ? 1.25 : 0))
                .get(0);
        assertThat(task.documentId()).isEqualTo("d");
        assertThat(task.position()).isEqualTo(5);
        assertThat(task.context()).containsExactly('c', 'd', 'e');
        assertThat(task.target()).isEqualTo('f');
        assertThat(task.entropy()).isEqualTo(1.25);
        assertThat(task.truth().bytes()).containsExactly('f', 'g');
        assertThat(task.truth().boundaries()).containsExactly(1, 2);
    }

    @Test
    void theLastTokenHasAContinuationOfOne() {
        TaskSelection selection =
                TaskSelection.above(1).toBuilder().minContextTokens(1).build();
        PredictionTask task = new TaskBuilder(tokenizer, selection)
                .build(document("d", 6, t -> t == 5 ? 2 : 0))
                .get(0);
        assertThat(task.truth().boundaries()).containsExactly(1);
    }

    @Test
    void theCapChoosesPseudoRandomlyAndKeepsTheOrder() {
        TaskSelection selection =
                TaskSelection.above(1).toBuilder().maxPositionsPerDocument(40).build();
        List<Integer> chosen = positions(new TaskBuilder(tokenizer, selection).build(document("d", 1000, t -> 2)));
        assertThat(chosen).hasSize(40).isSorted().doesNotHaveDuplicates();
        // The first forty of 985 positions would all be below 55.
        assertThat(chosen.get(39)).isGreaterThan(700);
        assertThat(positions(new TaskBuilder(tokenizer, selection).build(document("d", 1000, t -> 2))))
                .isEqualTo(chosen);
        assertThat(positions(
                        new TaskBuilder(tokenizer, selection.toBuilder().seed(1).build())
                                .build(document("d", 1000, t -> 2))))
                .isNotEqualTo(chosen);
        assertThat(positions(new TaskBuilder(tokenizer, selection).build(document("e", 1000, t -> 2))))
                .isNotEqualTo(chosen);
    }

    @Test
    void aSmallerCapTakesASubset() {
        TaskSelection selection =
                TaskSelection.above(1).toBuilder().maxPositionsPerDocument(40).build();
        ScoredDocument document = document("d", 1000, t -> 2);
        assertThat(positions(new TaskBuilder(tokenizer, selection).build(document)))
                .containsAll(positions(new TaskBuilder(
                                tokenizer,
                                selection.toBuilder()
                                        .maxPositionsPerDocument(10)
                                        .build())
                        .build(document)));
    }

    @Test
    void idsDependOnlyOnDocumentAndPosition() {
        TaskSelection selection =
                TaskSelection.above(1).toBuilder().maxPositionsPerDocument(1000).build();
        Set<Long> ids = new HashSet<>();
        for (String id : List.of("a.txt#1", "a.txt#2", "b.txt#1")) {
            List<PredictionTask> tasks = new TaskBuilder(tokenizer, selection).build(document(id, 1000, t -> 2));
            tasks.forEach(task -> ids.add(task.id()));
            PredictionTask alone = new TaskBuilder(
                            tokenizer,
                            selection.toBuilder().seed(9).continuationTokens(1).build())
                    .build(document(id, 1000, t -> t == 500 ? 2 : 0))
                    .get(0);
            assertThat(alone.id()).isEqualTo(tasks.get(500 - 15).id());
        }
        assertThat(ids).hasSize(3 * 985);
    }

    @Test
    void aCorpusWithoutHardTokensIsExplained() {
        TaskBuilder builder = new TaskBuilder(tokenizer, TaskSelection.above(1.5));
        FilterStatistics statistics = new FilterStatistics(15);
        assertThatThrownBy(() -> buildAll(builder, statistics, document("d", 100, t -> 0.25 + t / 200.0)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("No hard tokens left")
                .hasMessageContaining("min-entropy is 1.500")
                .hasMessageContaining("highest among 85 eligible tokens is 0.745")
                .hasMessageContaining("Lower it (0.70");
    }

    @Test
    void aCorpusOfShortDocumentsIsExplained() {
        TaskBuilder builder = new TaskBuilder(tokenizer, TaskSelection.above(0));
        FilterStatistics statistics = new FilterStatistics(15);
        assertThatThrownBy(() -> buildAll(builder, statistics, document("d", 15, t -> 3)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("none of 14 scored tokens in 1 documents has 15 tokens before it");
    }

    @Test
    void buildsACorpusInOrderAndCountsIt() {
        TaskBuilder builder = new TaskBuilder(
                tokenizer,
                TaskSelection.above(1).toBuilder().minContextTokens(2).build());
        FilterStatistics statistics = new FilterStatistics(2);
        List<PredictionTask> tasks = buildAll(
                builder, statistics, document("a", 4, t -> 1), document("b", 2, t -> 1), document("c", 3, t -> 1));
        assertThat(tasks).extracting(PredictionTask::documentId).containsExactly("a", "a", "c");
        assertThat(statistics.documents()).isEqualTo(3);
        assertThat(statistics.eligible()).isEqualTo(3);
    }

    @Test
    void groundTruthIsInTheBytesOfTheTokens() {
        int[] tokens = tokenizer.encode("a th\u00e9 \ud83e\udd99");
        GroundTruth truth = GroundTruths.of(tokenizer, Arrays.copyOfRange(tokens, 1, tokens.length));
        assertThat(truth.bytes()).isEqualTo(" th\u00e9 \ud83e\udd99".getBytes(UTF_8));
        assertThat(truth.boundaries()).containsExactly(3, 5, 6, 7, 8, 9, 10);
        assertThatThrownBy(() -> GroundTruths.of(tokenizer, new int[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GroundTruths.of(tokenizer, new int[] {'a', 9999}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9999");
    }

    @Test
    void documentsAreEncodedWhole() {
        TokenizedDocument document = TokenizedDocument.of(new Document("d", "a th"), tokenizer);
        assertThat(document.id()).isEqualTo("d");
        assertThat(document.tokens()).containsExactly('a', 257);
        assertThat(document.firstTarget()).isZero();
    }

    @Test
    void contextIsNeverATask() {
        ScoredDocument whole = document("d", 9, t -> 2);
        TokenizedDocument solution = new TokenizedDocument("d", whole.document().tokens(), 6);
        TaskSelection selection =
                TaskSelection.above(1).toBuilder().minContextTokens(3).build();
        FilterStatistics statistics = new FilterStatistics(3);
        assertThat(buildAll(
                        new TaskBuilder(tokenizer, selection),
                        statistics,
                        new ScoredDocument(solution, whole.scores())))
                .extracting(PredictionTask::position)
                .containsExactly(6, 7, 8);
        assertThat(statistics.eligible()).isEqualTo(3);
    }

    @Test
    void scoresMustFitTheDocument() {
        TokenizedDocument document = new TokenizedDocument("d", new int[3]);
        TokenScores scores = new TokenScores(new double[2], new int[2], new double[2]);
        assertThatThrownBy(() -> new ScoredDocument(document, scores))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 tokens but 2 scores");
    }

    @Test
    void refusesSettingsByName() {
        assertThatThrownBy(() -> TaskSelection.above(-1)).hasMessageContaining("minEntropy");
        assertThatThrownBy(() -> TaskSelection.above(Double.NaN)).hasMessageContaining("minEntropy");
        TaskSelection good = TaskSelection.above(1);
        assertThatThrownBy(() -> good.toBuilder().minContextTokens(0).build()).hasMessageContaining("minContextTokens");
        assertThatThrownBy(() -> good.toBuilder().maxPositionsPerDocument(0).build())
                .hasMessageContaining("maxPositionsPerDocument");
        assertThatThrownBy(() -> good.toBuilder().maxContextTokens(0).build()).hasMessageContaining("maxContextTokens");
        assertThatThrownBy(() -> good.toBuilder().continuationTokens(0).build())
                .hasMessageContaining("continuationTokens");
    }
}
