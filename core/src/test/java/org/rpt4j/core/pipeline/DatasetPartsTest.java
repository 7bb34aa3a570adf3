package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.DatasetShards;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

/** Parts of a corpus that are scored by themselves give the dataset of one process. */
class DatasetPartsTest {

    /** Letters from p on are hard. */
    private static final TaskSelection SELECTION = TaskSelection.above(1.12);

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;
    private PipelineSettings settings = PipelineSettings.of(SELECTION);
    private final RecordingProxy proxy = new RecordingProxy(256, 4096);

    @BeforeEach
    void openTokenizer() {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(folder, List.of(), List.of()));
    }

    @AfterEach
    void closeTokenizer() {
        tokenizer.close();
    }

    /** Six blocks in two files; the hard letters are rare and elsewhere in every document. */
    private FileCorpus corpus() throws IOException {
        String filling = "b".repeat(CorpusBlocks.BLOCK_BYTES / 8);
        StringBuilder json = new StringBuilder();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            String document = "a".repeat(100 + 7 * i) + "z" + filling + "qa";
            json.append("{\"text\": \"").append(document).append("\"}\n");
            text.append(document).append("\n<|endoftext|>\n");
        }
        return Corpora.open(
                List.of(
                        Files.writeString(folder.resolve("a.jsonl"), json).toString(),
                        Files.writeString(folder.resolve("b.txt"), text).toString()),
                CorpusOptions.DEFAULTS);
    }

    private TaskPipeline pipeline() {
        return new TaskPipeline(tokenizer, settings);
    }

    private Path whole(FileCorpus corpus) {
        Path file = folder.resolve("whole.jsonl");
        pipeline().writeDataset(file, corpus, proxy, "sha256:p", progress -> {});
        return file;
    }

    private CorpusDivision divide(FileCorpus corpus, int blocks) {
        return CorpusDivision.of(corpus, settings.maxDocuments(), blocks);
    }

    private DatasetHeader header(CorpusDivision division) {
        return pipeline().header(division.summary(), proxy, "sha256:p");
    }

    /** The parts, scored last one first. */
    private List<byte[]> parts(FileCorpus corpus, CorpusDivision division) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        List<CorpusDivision.Part> reversed = new ArrayList<>(division.parts());
        Collections.reverse(reversed);
        for (CorpusDivision.Part part : reversed) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            pipeline().writePart(out, corpus, part, reversed.size(), header(division), proxy);
            parts.add(0, out.toByteArray());
        }
        return parts;
    }

    private DatasetShards.Joined join(CorpusDivision division, List<byte[]> parts) {
        return DatasetShards.join(
                folder.resolve("joined.jsonl"), header(division), parts.size(), new DatasetShards.Parts() {
                    @Override
                    public String name(int number) {
                        return "part-" + number;
                    }

                    @Override
                    public InputStream open(int number) throws IOException {
                        if (parts.get(number - 1).length == 0) {
                            throw new IOException("gone");
                        }
                        return new ByteArrayInputStream(parts.get(number - 1));
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 100})
    void joinedPartsAreTheDatasetOfOneProcessByteForByte(int blocksPerPart) throws IOException {
        FileCorpus corpus = corpus();
        whole(corpus);
        List<int[]> scored = new ArrayList<>(proxy.sequences);
        proxy.sequences.clear();
        CorpusDivision division = divide(corpus, blocksPerPart);

        DatasetShards.Joined joined = join(division, parts(corpus, division));

        assertThat(folder.resolve("joined.jsonl")).hasSameBinaryContentAs(folder.resolve("whole.jsonl"));
        assertThat(joined.statistics().documents()).isEqualTo(48);
        assertThat(proxy.sequences).as("no more is scored").hasSameSizeAs(scored);
    }

    @Test
    void theDocumentsBeyondTheLastAreNotLookedAt() throws IOException {
        FileCorpus corpus = Corpora.open(
                List.of(Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"" + "q".repeat(40) + "\"}\n{")
                        .toString()),
                CorpusOptions.DEFAULTS);
        settings = settings.toBuilder().maxDocuments(1).build();
        whole(corpus);
        CorpusDivision division = divide(corpus, 1);
        join(division, parts(corpus, division));
        assertThat(folder.resolve("joined.jsonl")).hasSameBinaryContentAs(folder.resolve("whole.jsonl"));
    }

    @Test
    void aChangedCorpusIsReportedByThePartThatChanged() throws IOException {
        FileCorpus corpus = corpus();
        CorpusDivision division = divide(corpus, 2);
        Path file = folder.resolve("b.txt");
        Files.writeString(file, Files.readString(file).replaceFirst("z", "y"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = division.parts().size();
        pipeline().writePart(out, corpus, division.parts().get(0), count, header(division), proxy);
        CorpusDivision.Part changed = division.parts().stream()
                .filter(part -> part.firstDocument() + part.documents() > 24)
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> pipeline().writePart(out, corpus, changed, count, header(division), proxy))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("changed while it was being read: part " + changed.number());
    }

    @Test
    void aDamagedMissingOrForeignPartIsNamed() throws IOException {
        FileCorpus corpus = corpus();
        CorpusDivision division = divide(corpus, 2);
        List<byte[]> parts = parts(corpus, division);

        assertRefused(division, replaced(parts, 1, Arrays.copyOf(parts.get(1), 500)), "part-2");
        assertRefused(division, replaced(parts, 1, parts.get(0)), "Part part-2 of the dataset is 1/");
        CorpusDivision other = divide(corpus, 100);
        assertRefused(division, replaced(parts, 0, parts(corpus, other).get(0)), "part-1 does not start like one");
        settings = PipelineSettings.of(TaskSelection.above(1.2));
        List<byte[]> foreign = parts(corpus, division);
        settings = PipelineSettings.of(SELECTION);
        assertRefused(division, replaced(parts, 2, foreign.get(2)), "part-3 of the dataset was made otherwise");
        assertThatThrownBy(() -> join(division, replaced(parts, 1, new byte[0])))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("part part-2 of the dataset cannot be read: java.io.IOException: gone");
        assertThat(folder.resolve("joined.jsonl")).doesNotExist();
    }

    private static List<byte[]> replaced(List<byte[]> parts, int index, byte[] content) {
        List<byte[]> changed = new ArrayList<>(parts);
        changed.set(index, content);
        return changed;
    }

    private void assertRefused(CorpusDivision division, List<byte[]> parts, String words) {
        assertThatThrownBy(() -> join(division, parts))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void aCorpusWithoutHardTokensIsRefused(int blocksPerPart) throws IOException {
        settings = PipelineSettings.of(TaskSelection.above(9));
        FileCorpus corpus = corpus();
        CorpusDivision division = divide(corpus, blocksPerPart);
        assertThatThrownBy(() -> join(division, parts(corpus, division)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("No hard tokens left");
    }
}
