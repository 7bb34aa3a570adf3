package org.rpt4j.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import blue.strategic.parquet.ParquetWriter;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.OperationCancelledException;

/** A thread that is interrupted stops reading, wherever in a file it is. */
class InterruptedReadingTest {

    private static final Duration HANGS = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /** A test that failed must not stop the one after it. */
    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    /** The file has no document for hours: only a check between its blocks can end this. */
    @ParameterizedTest
    @ValueSource(strings = {"blank.jsonl.gz", "blank.txt.gz", "blank.jsonl.zst", "long.jsonl.gz", "long.txt.zst"})
    void aFileWithoutADocumentInSightIsLeft(String name) throws Exception {
        Path file = folder.resolve(name);
        byte[] block = (name.startsWith("blank") ? "\n" : "x").repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        int blocks = 20_000;
        try (OutputStream out = compressed(file, name)) {
            for (int i = 0; i < 40; i++) {
                out.write(block);
            }
        }
        byte[] member = Files.readAllBytes(file);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < blocks / 40; i++) {
                out.write(member);
            }
        }
        assertEndsWhenInterrupted(file);
    }

    private static OutputStream compressed(Path file, String name) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return name.endsWith(".gz") ? new GZIPOutputStream(out) : new ZstdOutputStream(out);
    }

    private static void assertEndsWhenInterrupted(Path file) throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try (DocumentIterator documents = Corpora.open(file).iterator()) {
                reads.countDown();
                documents.hasNext();
            } catch (RuntimeException e) {
                end.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        reader.start();
        reads.await();
        reader.interrupt();
        assertTimeoutPreemptively(HANGS, () -> reader.join());
        assertThat(end.get()).isInstanceOf(OperationCancelledException.class);
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void everyFormatRefusesAnInterruptedThread() throws IOException {
        List<Path> files = List.of(
                Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"one\"}\n"),
                Files.writeString(folder.resolve("a.txt"), "one\n"),
                parquet());
        for (Path file : files) {
            Thread.currentThread().interrupt();
            try (DocumentIterator documents = Corpora.open(file).iterator()) {
                assertThatExceptionOfType(OperationCancelledException.class)
                        .as(file.toString())
                        .isThrownBy(documents::hasNext);
            }
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void theRowsOfAParquetFileAreLeft() throws IOException {
        try (DocumentIterator documents = Corpora.open(parquet()).iterator()) {
            documents.next();
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(OperationCancelledException.class)
                    .isThrownBy(documents::hasNext)
                    .withMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** A page of a few bytes may decompress to a gibibyte. */
    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"GZIP", "ZSTD"})
    void aPageIsLeftWhileItIsDecompressed(CompressionCodecName codec) throws IOException {
        byte[] page = new byte[1 << 20];
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = codec == CompressionCodecName.GZIP
                ? new GZIPOutputStream(compressed)
                : new ZstdOutputStream(compressed)) {
            out.write(page);
        }
        BytesInput bytes = BytesInput.from(compressed.toByteArray());
        ParquetCodecs codecs = new ParquetCodecs(new FilePath.Local(folder.resolve("a.parquet")));
        assertThat(codecs.getDecompressor(codec)
                        .decompress(bytes, page.length)
                        .toInputStream()
                        .readAllBytes())
                .isEqualTo(page);

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(OperationCancelledException.class)
                .isThrownBy(() -> codecs.getDecompressor(codec).decompress(bytes, page.length));
        assertThat(Thread.interrupted()).isTrue();
    }

    /** The line is parsed piece by piece, long after its last byte was read. */
    @Test
    void aLongLineOfJsonIsLeft() {
        String line = "{\"text\": \"" + "x".repeat(1 << 21) + "\"}";
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(OperationCancelledException.class)
                .isThrownBy(() -> Interruption.checked("a.jsonl, line 1", line).read(new char[10]))
                .withMessage("Reading a.jsonl, line 1 was interrupted.");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void documentsInMemoryAreLeft() {
        Corpus corpus = Corpora.of(List.of(new Document("a", "one"), new Document("b", "two")));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(OperationCancelledException.class)
                .isThrownBy(() -> corpus.iterator().next());
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theSearchForFilesIsLeft() throws IOException {
        Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"one\"}\n");
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(OperationCancelledException.class)
                .isThrownBy(() -> Corpora.open(List.of(folder + "/*.jsonl"), CorpusOptions.DEFAULTS));
        assertThat(Thread.interrupted()).isTrue();
    }

    private Path parquet() throws IOException {
        MessageType schema = new MessageType(
                "row",
                Types.required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named("text"));
        Path file = folder.resolve("a.parquet");
        Files.deleteIfExists(file);
        try (ParquetWriter<String> writer =
                ParquetWriter.writeFile(schema, file.toFile(), (row, values) -> values.write("text", row))) {
            writer.write("one");
            writer.write("two");
        }
        return file;
    }
}
