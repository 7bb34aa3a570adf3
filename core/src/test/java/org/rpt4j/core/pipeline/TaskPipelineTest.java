package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class TaskPipelineTest {

    /** Letters from p (112) on are hard. */
    private static final TaskSelection SELECTION =
            TaskSelection.above(1.12).toBuilder().minContextTokens(2).build();

    private static final PipelineSettings SETTINGS =
            PipelineSettings.builder(SELECTION).split(new DocumentSplit(0, 0)).build();

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;
    private final RecordingProxy proxy = new RecordingProxy(256, 10);

    @BeforeEach
    void openTokenizer() {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(folder, List.of(), List.of()));
    }

    @AfterEach
    void closeTokenizer() {
        tokenizer.close();
    }

    private static Corpus corpus(String... texts) {
        return Corpora.of(IntStream.range(0, texts.length)
                .mapToObj(i -> new Document("d" + i, texts[i]))
                .toList());
    }

    private static List<String> places(List<PredictionTask> tasks) {
        return tasks.stream()
                .map(task -> task.documentId() + ":" + task.position())
                .toList();
    }

    @Test
    void hardPositionsOfAllDocumentsBecomeTasks() {
        PreparedTasks tasks = new TaskPipeline(tokenizer, SETTINGS).prepare(corpus("zzazb", "", "aaaat", "z"), proxy);

        assertThat(places(tasks.train())).containsExactly("d0:3", "d2:4");
        assertThat(tasks.train().get(0).context()).containsExactly('z', 'z', 'a');
        assertThat(tasks.heldOut()).isEmpty();
        assertThat(tasks.statistics().documents()).isEqualTo(4);
        assertThat(tasks.statistics().tokensScored()).isEqualTo(8);
    }

    @Test
    void progressCountsEveryTokenOfEveryDocument() {
        List<Progress> seen = new ArrayList<>();

        new TaskPipeline(tokenizer, SETTINGS).prepare(corpus("zzazb", "", "aaaat", "z"), proxy, seen::add);

        assertThat(seen)
                .isNotEmpty()
                .allSatisfy(progress -> assertThat(progress.total()).isEqualTo(11));
        assertThat(seen.get(seen.size() - 1).done()).isEqualTo(11);
    }

    @Test
    void theTotalIsEstimatedFromBytesAndExactInTheEnd(@TempDir Path second) {
        // Two bytes a token in the first block, one byte in the second.
        String pairs = "za".repeat(CorpusBlocks.BLOCK_BYTES / 2);
        String single = "a".repeat(CorpusBlocks.BLOCK_BYTES);
        int tokens = CorpusBlocks.BLOCK_BYTES / 2 * 3;
        List<Progress> seen = new ArrayList<>();

        try (Tokenizer pairing = Tokenizer.open(TinyTokenizers.byteLevel(second, List.of("za"), List.of()))) {
            new TaskPipeline(pairing, SETTINGS)
                    .score(corpus(pairs, single), new RecordingProxy(257, 4096), document -> {}, seen::add);
        }

        assertThat(seen.get(0).total()).isEqualTo(CorpusBlocks.BLOCK_BYTES);
        Progress last = seen.get(seen.size() - 1);
        assertThat(last.done()).isEqualTo(last.total()).isEqualTo(tokens);
    }

    @Test
    void theFirstPassTokenizesNothing() {
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);
        tokenizer.close();

        assertThat(pipeline.header(corpus("aaz", "b"), proxy, "sha256:p").corpusDocuments())
                .isEqualTo(2);
    }

    @Test
    void aMalformedLineIsFoundBeforeAnythingIsScored() throws IOException {
        Path file = Files.writeString(folder.resolve("c.jsonl"), "{\"text\": \"aaaz\"}\n{\"text\": \"aaaz\"}\n{\n");
        Corpus broken = Corpora.open(file);
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);

        assertThatThrownBy(() -> pipeline.prepare(broken, proxy)).isInstanceOf(CorpusException.class);

        assertThat(proxy.sequences).isEmpty();
    }

    @Test
    void onlyTheFirstDocumentsAreReadIfRequested() throws IOException {
        Path file = Files.writeString(folder.resolve("c.jsonl"), "{\"text\": \"aaaz\"}\n{\"text\": \"aaaz\"}\n{\n");

        PreparedTasks tasks = new TaskPipeline(
                        tokenizer, SETTINGS.toBuilder().maxDocuments(2).build())
                .prepare(Corpora.open(file), proxy);

        assertThat(places(tasks.train())).containsExactly("c.jsonl#1:3", "c.jsonl#2:3");
    }

    @Test
    void theSplitGoesByDocument() {
        DocumentSplit split = new DocumentSplit(0.4, 5);
        String[] texts = Stream.generate(() -> "aazzz").limit(30).toArray(String[]::new);

        PreparedTasks tasks =
                new TaskPipeline(tokenizer, SETTINGS.toBuilder().split(split).build()).prepare(corpus(texts), proxy);

        assertThat(tasks.heldOut()).isNotEmpty().allMatch(task -> split.isHeldOut(task.documentId()));
        assertThat(tasks.train()).isNotEmpty().noneMatch(task -> split.isHeldOut(task.documentId()));
        assertThat(tasks.train().size() + tasks.heldOut().size()).isEqualTo(90);
    }

    @Test
    void anEmptySideOfTheSplitIsAnErrorUnlessRequested() {
        Corpus one = corpus("aaz");
        PipelineSettings half =
                SETTINGS.toBuilder().split(new DocumentSplit(0.5, 0)).build();
        PipelineSettings all =
                SETTINGS.toBuilder().split(new DocumentSplit(1, 0)).build();

        assertThatThrownBy(() -> new TaskPipeline(tokenizer, half).prepare(one, proxy))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("held-out share of 0.5")
                .hasMessageContaining("of the 1 documents");
        assertThat(new TaskPipeline(tokenizer, all).prepare(one, proxy).heldOut())
                .hasSize(1);
    }

    @Test
    void windowsFillTheContextAndOverlapByHalfOrAsAsked() {
        new TaskPipeline(tokenizer, SETTINGS).prepare(corpus("abcdefghijklmnopqrstuvwxyz"), proxy);
        List<Integer> halfLengths =
                proxy.sequences.stream().map(window -> window.length).toList();
        proxy.sequences.clear();
        new TaskPipeline(tokenizer, SETTINGS.toBuilder().windowOverlap(9).build())
                .prepare(corpus("abcdefghijklmnopqrst"), proxy);

        List<int[]> overlapping = List.copyOf(proxy.sequences);
        proxy.sequences.clear();
        new TaskPipeline(tokenizer, SETTINGS.toBuilder().windowTokens(6).build())
                .prepare(corpus("abcdefghijklmnopqrst"), proxy);

        assertThat(halfLengths).containsExactly(10, 10, 10, 10, 6);
        assertThat(overlapping).hasSize(11).allMatch(window -> window.length == 10);
        assertThat(overlapping.get(1)).startsWith('b', 'c').endsWith('k');
        assertThat(proxy.sequences).extracting(window -> window.length).containsExactly(6, 6, 6, 6, 6, 5);
    }

    @Test
    void aModelThatExpectsBeginOfTextGetsItInEveryWindow() {
        Path llama = TinyTokenizers.sentencePiece(folder, List.of("\u2581"));
        RecordingProxy wide = new RecordingProxy(260, 10);
        try (Tokenizer other = Tokenizer.open(llama)) {
            new TaskPipeline(other, SETTINGS).prepare(corpus("zazazazazazazazazaza"), wide);

            assertThat(wide.sequences).hasSizeGreaterThan(2).allSatisfy(window -> {
                assertThat(window[0]).isEqualTo(other.beginOfText().getAsInt());
                assertThat(window.length).isLessThanOrEqualTo(10);
            });
        }
    }

    @Test
    void scoresAreDeliveredInOrderWithStatistics() {
        List<ScoredDocument> scored = new ArrayList<>();

        FilterStatistics statistics =
                new TaskPipeline(tokenizer, SETTINGS).score(corpus("abc", "de"), proxy, scored::add, progress -> {});

        assertThat(scored).extracting(document -> document.document().id()).containsExactly("d0", "d1");
        assertThat(scored.get(1).scores().entropy()).containsExactly(Double.NaN, 1.01);
        assertThat(statistics.tokensScored()).isEqualTo(3);
    }

    @Test
    void aProxyThatLacksTokensIsRefused() {
        RecordingProxy small = new RecordingProxy(200, 10);
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);

        assertThatThrownBy(() -> pipeline.prepare(corpus("aaz"), small)).isInstanceOf(TokenizerException.class);
        assertThat(small.sequences).isEmpty();
    }

    @Test
    void aProxyWithAnotherVocabularyIsRefused(@TempDir Path second, @TempDir Path third) {
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);
        try (Tokenizer same = Tokenizer.open(folder);
                Tokenizer larger = Tokenizer.open(TinyTokenizers.byteLevel(second, List.of("ab"), List.of()));
                Tokenizer large = Tokenizer.open(TinyTokenizers.byteLevel(third, List.of("ac"), List.of()))) {
            pipeline.requireSameVocabulary(same);
            assertThatThrownBy(() -> pipeline.requireSameVocabulary(larger))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("257 tokens, the policy's has 256");
            assertThatThrownBy(() -> new TaskPipeline(larger, SETTINGS).requireSameVocabulary(large))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("Token 256 is \"ac\" for the proxy and \"ab\" for the policy");
        }
    }

    @Test
    void anInterruptedThreadStopsReading() {
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);
        Corpus text = corpus("aaz");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> pipeline.prepare(text, proxy)).isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aDatasetGivesTheSameTasks() {
        Path file = folder.resolve("tasks.jsonl");
        DocumentSplit split = new DocumentSplit(0.4, 5);
        String[] texts = IntStream.range(0, 30).mapToObj(i -> "aazbzxyaa").toArray(String[]::new);
        PipelineSettings settings =
                SETTINGS.toBuilder().split(split).windowTokens(6).build();
        TaskPipeline pipeline = new TaskPipeline(tokenizer, settings);
        PreparedTasks expected = pipeline.prepare(corpus(texts), proxy);

        DatasetResult result = pipeline.writeDataset(file, corpus(texts), proxy, "sha256:p", progress -> {});
        TaskDataset dataset = TaskDataset.open(file);
        PreparedTasks found = PreparedTasks.read(dataset, tokenizer, split, 4096);

        assertThat(found.train()).usingRecursiveComparison().isEqualTo(expected.train());
        assertThat(found.heldOut()).usingRecursiveComparison().isEqualTo(expected.heldOut());
        assertThat(found.statistics().counts()).isEqualTo(expected.statistics().counts());
        assertThat(found.corpus()).isEqualTo(expected.corpus()).isEqualTo(result.corpus());
        assertThat(result.tasks())
                .isEqualTo(expected.train().size() + expected.heldOut().size());
        assertThat(found.corpus().fingerprint()).isEqualTo(CorpusFingerprint.of(corpus(texts)));
        assertThat(dataset.header().proxy()).isEqualTo("sha256:p");
        assertThat(dataset.header().settings())
                .containsEntry("selector", "min-entropy 1.12 nats")
                .containsEntry("min-context-tokens", "2")
                .containsEntry("window-tokens", "6")
                .containsEntry("window-overlap-tokens", "3")
                .containsEntry("entropy-renormalised", "true")
                .containsEntry(
                        "proxy-vocabulary", VocabularyFingerprint.of(tokenizer).summary())
                .hasSize(13);
        assertThat(PreparedTasks.read(dataset, tokenizer, split, 2).train())
                .allMatch(task -> task.context().length == 2);
    }

    @Test
    void aDatasetSaysWhichServedModelScored() {
        Path file = folder.resolve("served.jsonl");
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);
        proxy.identity = Optional.of("served as small");
        try (RecordedScorer recorded = new RecordedScorer(proxy, "folder", folder.resolve("served.record"))) {
            pipeline.writeDataset(file, corpus("aazbzxyaa"), recorded, "sha256:p", progress -> {});
        }
        assertThat(TaskDataset.open(file).header().settings()).containsEntry("proxy-identity", "served as small");
        assertThat(pipeline.header(corpus("aazbzxyaa"), proxy, "sha256:p"))
                .isEqualTo(TaskDataset.open(file).header());
    }

    @Test
    void aDatasetWithoutTasksIsNotWritten() {
        Path file = folder.resolve("tasks.jsonl");
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);
        assertThatThrownBy(() -> pipeline.writeDataset(file, corpus("aaaaa"), proxy, "p", progress -> {}))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("No hard tokens left");
        assertThat(file).doesNotExist();
    }

    @Test
    void aProxyMayHaveItsOwnTokenizer(@TempDir Path second) {
        try (Tokenizer pairs = Tokenizer.open(TinyTokenizers.byteLevel(second, List.of("za", "tb"), List.of()))) {
            // The policy reads a|a|z|a|z|b|t|b, the proxy a|a|za|z|b|tb, whose pairs have the ids 256 and 257.
            RecordingProxy other = new RecordingProxy(258, 10);
            PreparedTasks tasks = new TaskPipeline(tokenizer, SETTINGS)
                    .withProxyTokenizer(pairs)
                    .prepare(corpus("aazazbtb", "aaz"), other);

            assertThat(other.sequences.get(0)).containsExactly('a', 'a', 256, 'z', 'b', 257);
            assertThat(places(tasks.train())).containsExactly("d0:2", "d0:4", "d0:6", "d1:2");
            assertThat(tasks.train().get(0).entropy()).isEqualTo(2.56);
            assertThat(tasks.train().get(0).target()).isEqualTo('z');
            assertThat(tasks.train().get(1).entropy()).isEqualTo(1.22);
        }
    }

    @Test
    void skippedBadLinesAreReported() throws IOException {
        Path file = Files.writeString(folder.resolve("c.jsonl"), "{\"text\": \"aaaz\"}\n{\n{\"text\": \"aaaz\"}\n");
        Corpus corpus = Corpora.open(
                file, CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(1).build());

        PreparedTasks tasks = new TaskPipeline(tokenizer, SETTINGS).prepare(corpus, proxy);

        assertThat(places(tasks.train())).containsExactly("c.jsonl#1:3", "c.jsonl#3:3");
        assertThat(tasks.corpus().badLines()).extracting(bad -> bad.line()).containsExactly(2L);
        assertThat(tasks.corpus().toString()).contains("2 documents, sha256:", "skipped: ", "line 2 is not valid");
    }

    @Test
    void aCorpusThatChangesBetweenThePassesIsDetected() {
        AtomicInteger passes = new AtomicInteger();
        Corpus changing =
                () -> corpus(passes.getAndIncrement() == 0 ? "aaaz" : "aaza").iterator();
        TaskPipeline pipeline = new TaskPipeline(tokenizer, SETTINGS);
        assertThatThrownBy(() -> pipeline.prepare(changing, proxy))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("changed while it was being read");
        passes.set(0);
        Path file = folder.resolve("tasks.jsonl");
        assertThatThrownBy(() -> pipeline.writeDataset(file, changing, proxy, "p", progress -> {}))
                .isInstanceOf(CorpusException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void aDatasetWithATokenOutsideItsVocabularyIsRefused() {
        Path file = folder.resolve("tasks.jsonl");
        DatasetHeader header = new DatasetHeader(1, VocabularyFingerprint.of(tokenizer), "p", "c", 1, 4, Map.of());
        for (int stranger : new int[] {-1, 256, Integer.MAX_VALUE}) {
            TaskDocument document = new TaskDocument(
                    "d", new int[] {'a', 'b', stranger}, 0, List.of(new ScoredPosition(1, 1, 2, false)));
            TaskDataset.write(file, header, sink -> {
                sink.accept(document);
                return new FilterStatistics(1);
            });
            assertThatThrownBy(() -> PreparedTasks.read(TaskDataset.open(file), tokenizer, new DocumentSplit(0, 0), 9))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("tokens[2]");
        }
    }
}
