package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.dataset.DatasetShards;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class DatasetShardsTest {

    /** Letters from p on are hard. */
    private static final PipelineSettings SETTINGS = PipelineSettings.of(TaskSelection.above(1.12));

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;
    private final RecordingProxy proxy = new RecordingProxy(256, 4096);

    @BeforeEach
    void openTokenizer() {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(folder, List.of(), List.of()));
    }

    @AfterEach
    void closeTokenizer() {
        tokenizer.close();
    }

    /** Seven blocks and a rest; the hard letters are rare and elsewhere in every document. */
    private static Corpus corpus() {
        int length = CorpusBlocks.BLOCK_BYTES / 8;
        return Corpora.of(IntStream.range(0, 60)
                .mapToObj(i -> new Document("d" + i, "a".repeat(100 + 7 * i) + "z" + "b".repeat(length) + "qa"))
                .toList());
    }

    private Path whole() {
        Path file = folder.resolve("whole.jsonl");
        new TaskPipeline(tokenizer, SETTINGS).writeDataset(file, corpus(), proxy, "sha256:p", progress -> {});
        return file;
    }

    private Path shard(int number, int count, String proxyFingerprint, TaskSelection selection) {
        Path file = folder.resolve("part-" + number + "-of-" + count + "-" + proxyFingerprint);
        new TaskPipeline(tokenizer, PipelineSettings.of(selection))
                .writeShard(new Shard(number, count), file, corpus(), proxy, proxyFingerprint, progress -> {});
        return file;
    }

    private Path shard(int number, int count) {
        return shard(number, count, "sha256:p", SETTINGS.selection());
    }

    private void assertRefused(List<Path> shards, String... words) {
        Path out = folder.resolve("refused.jsonl");
        assertThatThrownBy(() -> DatasetShards.merge(out, shards))
                .isInstanceOf(CorpusException.class)
                .hasMessageContainingAll(words);
        assertThat(out).doesNotExist();
    }

    @Test
    void mergedShardsAreTheDatasetOfOneProcessByteForByte() {
        for (int count : new int[] {2, 3, 11}) {
            List<Path> shards = new ArrayList<>(IntStream.rangeClosed(1, count)
                    .mapToObj(number -> shard(number, count))
                    .toList());
            Collections.reverse(shards);
            Path out = folder.resolve("merged-" + count);

            TaskDataset merged = DatasetShards.merge(out, shards);

            assertThat(out).hasSameBinaryContentAs(whole());
            assertThat(merged.header().corpusDocuments()).isEqualTo(60);
        }
    }

    @Test
    void aShardScoresItsPartOnly() {
        shard(2, 3);
        long scored =
                proxy.sequences.stream().mapToLong(sequence -> sequence.length).sum();
        proxy.sequences.clear();
        whole();
        long all =
                proxy.sequences.stream().mapToLong(sequence -> sequence.length).sum();

        assertThat(scored).isBetween(all / 5, all / 2);
    }

    @Test
    void theProgressOfAShardEndsWithItsOwnTokens() {
        List<Progress> seen = new ArrayList<>();
        new TaskPipeline(tokenizer, SETTINGS)
                .writeShard(new Shard(1, 2), folder.resolve("part"), corpus(), proxy, "sha256:p", seen::add);

        Progress last = seen.get(seen.size() - 1);
        assertThat(last.done()).isEqualTo(last.total());
        assertThat(seen).allSatisfy(progress -> assertThat(progress.total()).isEqualTo(last.total()));
    }

    @Test
    void aMissingOrDoubledShardIsNamed() {
        Path first = shard(1, 3);
        Path third = shard(3, 3);
        assertRefused(List.of(first, third), "Of 3 shards 2/3 is missing");
        assertRefused(List.of(first, third, first), first.toString(), "are both 1/3");
        assertRefused(List.of(first, shard(2, 2)), "is 2/2", "is 1/3");
        assertRefused(List.of(folder.resolve("none")), "none does not exist");
    }

    @Test
    void shardsOfAnotherProxyOrOtherSettingsAreRefused() {
        Path first = shard(1, 2);
        assertRefused(List.of(first, shard(2, 2, "sha256:q", SETTINGS.selection())), "proxy is sha256:q", "sha256:p");
        TaskSelection other = TaskSelection.above(1.2);
        assertRefused(
                List.of(first, shard(2, 2, "sha256:p", other)),
                "selector is min-entropy 1.2 nats, that one has min-entropy 1.12 nats");
    }

    @Test
    void aDamagedOrTruncatedShardIsRefused() throws IOException {
        Path first = shard(1, 2);
        Path second = shard(2, 2);
        List<String> lines = Files.readAllLines(second);
        Path damaged = folder.resolve("damaged");
        Files.write(damaged, lines.subList(0, lines.size() - 1));
        assertRefused(List.of(first, damaged), "damaged is truncated");

        String moved = lines.get(1).replaceFirst("\"number\":([0-9]+)", "\"number\":5");
        Files.write(damaged, List.of(lines.get(0), moved));
        Files.write(damaged, lines.subList(2, lines.size()), java.nio.file.StandardOpenOption.APPEND);
        assertRefused(List.of(first, damaged), "damaged was changed");

        List<String> swapped = new ArrayList<>(lines);
        Collections.swap(swapped, 1, 2);
        Files.write(damaged, swapped);
        assertRefused(List.of(first, damaged), "follows document");
    }

    @Test
    void aShardIsNoDatasetAndADatasetNoShard() {
        Path shard = shard(1, 2);
        assertThatThrownBy(() -> TaskDataset.open(shard))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("only one shard");
        assertRefused(List.of(whole()), "does not start like one");
    }

    @Test
    void aCorpusWithoutHardTokensIsRefusedByTheMergeAndNotByAShard() {
        TaskSelection none = TaskSelection.above(9);
        assertRefused(
                List.of(shard(1, 2, "sha256:p", none), shard(2, 2, "sha256:p", none)),
                "No hard tokens left",
                "min-entropy 9.0 nats");
    }
}
