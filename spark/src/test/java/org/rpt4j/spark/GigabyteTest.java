package org.rpt4j.spark;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.task.FilterStatistics;

/**
 * A corpus of a gigabyte becomes a dataset on two executors, with a heap of 512 MiB for the driver. Takes minutes, so only
 * when it is asked for: {@code mvn test -Pspark-cluster -Dtests.included=gigabyte -Dtest=GigabyteTest -pl spark -am}.
 */
@Tag("gigabyte")
class GigabyteTest {

    private static final long BYTES = Long.getLong("rpt4j.corpus.bytes", 1L << 30);
    private static final int BLOCKS_PER_PART = 16;
    private static final int WORDS_PER_DOCUMENT = 128;
    private static final int LETTERS = 32;

    @TempDir
    private Path folder;

    /** Each begins with a capital of its own, so that each is one token. */
    private static List<String> words() {
        List<String> words = new ArrayList<>();
        for (int w = 0; w < 26; w++) {
            StringBuilder word = new StringBuilder().append((char) ('A' + w));
            for (int i = 1; i < LETTERS; i++) {
                word.append((char) ('a' + CounterRandom.below(26, w, i)));
            }
            words.add(word.toString());
        }
        return words;
    }

    private long writeCorpus(Path file) throws IOException {
        List<byte[]> words =
                words().stream().map(word -> word.getBytes(US_ASCII)).toList();
        long documents = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (long bytes = 0; bytes < BYTES; documents++) {
                out.write("{\"text\":\"".getBytes(US_ASCII));
                for (int i = 0; i < WORDS_PER_DOCUMENT; i++) {
                    out.write(words.get(CounterRandom.below(words.size(), documents, i)));
                }
                out.write("\"}\n".getBytes(US_ASCII));
                bytes += 12 + (long) LETTERS * WORDS_PER_DOCUMENT;
            }
        }
        return documents;
    }

    @Test
    void aDriverWithASmallHeapMakesADatasetOfAGigabyte() throws Exception {
        ModelSource model = SmallModel.write(folder.resolve("model"), words());
        Path corpus = folder.resolve("corpus.jsonl");
        long documents = writeCorpus(corpus);
        Path out = folder.resolve("out.jsonl");
        Path log = folder.resolve("driver.log");

        long start = System.nanoTime();
        int status = new DatasetDriver("native", "local-cluster[2,1,512]", BLOCKS_PER_PART)
                .start(model.directory(), corpus, out, ProcessBuilder.Redirect.to(log.toFile()))
                .waitFor();
        long seconds = (System.nanoTime() - start) / 1_000_000_000;

        assertThat(status).as(() -> read(log)).isZero();
        FilterStatistics statistics = TaskDataset.open(out).read(document -> {});
        assertThat(statistics.documents()).isEqualTo(documents);
        assertThat(statistics.tokensScored()).isEqualTo(documents * (WORDS_PER_DOCUMENT - 1));
        System.out.println(Files.size(corpus) + " bytes, " + documents + " documents, " + statistics.tokensScored()
                + " tokens in " + seconds + " s; the dataset has " + Files.size(out) + " bytes");
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
