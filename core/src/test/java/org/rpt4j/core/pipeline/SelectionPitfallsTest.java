package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.scoring.CorpusScorer;
import org.rpt4j.core.scoring.WindowOptions;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** Mistakes that plausible tasks would hide. */
class SelectionPitfallsTest {

    private static final int TOP = 16;

    /** The probability of every token after a prefix, each requested as a separate completion. */
    private static double[] bruteForceSoftmax(Policy policy, int[] prefix) {
        List<int[]> tokens = IntStream.range(0, policy.description().vocabularySize())
                .mapToObj(token -> new int[] {token})
                .toList();
        double[] logProbs = policy.logProbs(
                        TokenBatch.builder(1).add(prefix, tokens).build())
                .values();
        return Arrays.stream(logProbs).map(Math::exp).toArray();
    }

    private static double entropy(double[] probabilities, boolean renormalise) {
        double[] top = Arrays.stream(probabilities)
                .sorted()
                .skip(probabilities.length - TOP)
                .toArray();
        double mass = renormalise ? Arrays.stream(top).sum() : 1;
        return -Arrays.stream(top).map(p -> p / mass).map(p -> p * Math.log(p)).sum();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void offByOneShiftByBruteForceSoftmax(boolean renormalise, @TempDir Path directory) {
        ModelSource model = TinyModel.QWEN3.write(directory);
        int[] tokens = {3, 17, 30, 8, 8, 21, 0, 36, 11, 5};
        try (ProxyScorer proxy = new ReferenceProxyScorer(model);
                Policy policy = new ReferencePolicy(model)) {
            CorpusScorer scorer = new CorpusScorer(
                    proxy,
                    ScoringOptions.builder().topK(TOP).renormalise(renormalise).build(),
                    WindowOptions.filling(32));
            TokenScores scores = scorer.score(List.of(new TokenizedDocument("d", tokens)))
                    .findFirst()
                    .orElseThrow()
                    .scores();
            assertThat(scores.entropy()[0]).isNaN();
            for (int t = 1; t < tokens.length; t++) {
                double[] next = bruteForceSoftmax(policy, Arrays.copyOf(tokens, t));
                assertThat(scores.entropy()[t]).isCloseTo(entropy(next, renormalise), within(1e-9));
                assertThat(scores.trueLogProb()[t]).isCloseTo(Math.log(next[tokens[t]]), within(1e-9));
                assertThat(next[scores.argmax()[t]])
                        .isEqualTo(Arrays.stream(next).max().orElseThrow());
            }
        }
    }

    @Test
    void twoConsumersOfRandomnessCannotInfluenceEachOther(@TempDir Path directory) {
        Corpus corpus = Corpora.of(IntStream.range(0, 40)
                .mapToObj(i -> new Document("d" + i, "abcdefghij"))
                .toList());
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(), List.of()))) {
            PreparedTasks few = prepare(corpus, tokenizer, 0.4, 1);
            PreparedTasks others = prepare(corpus, tokenizer, 0.4, 2);
            PreparedTasks more = prepare(corpus, tokenizer, 0.8, 1);
            assertThat(places(others.train())).isNotEqualTo(places(few.train()));
            assertThat(places(more.train())).containsAll(places(few.train()));
            Set<String> heldOut = documents(more.heldOut());
            assertThat(heldOut).containsAll(documents(few.heldOut())).containsAll(documents(others.heldOut()));
            assertThat(documents(more.train())).doesNotContainAnyElementsOf(heldOut);
            List<PredictionTask> batch = few.source(5).batch(3, 4);
            few.source(6).batch(0, 7);
            assertThat(few.source(5).batch(3, 4)).isEqualTo(batch);
        }
    }

    private static PreparedTasks prepare(Corpus corpus, Tokenizer tokenizer, double share, long seed) {
        TaskSelection selection = TaskSelection.builder(new PositionSelector.UniformFraction(share, seed))
                .minContextTokens(1)
                .build();
        PipelineSettings settings = PipelineSettings.builder(selection)
                .split(new DocumentSplit(0.3, 9))
                .build();
        return new TaskPipeline(tokenizer, settings).prepare(corpus, new RecordingProxy(256, 10));
    }

    private static List<String> places(List<PredictionTask> tasks) {
        return tasks.stream()
                .map(task -> task.documentId() + ":" + task.position())
                .toList();
    }

    private static Set<String> documents(List<PredictionTask> tasks) {
        return tasks.stream().map(PredictionTask::documentId).collect(Collectors.toSet());
    }
}
