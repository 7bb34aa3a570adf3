package org.rpt4j.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.ParquetWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.dataset.CorpusFingerprint;

class ParquetReaderTest {

    private static final MessageType SCHEMA = new MessageType(
            "row",
            Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named("text"),
            Types.required(PrimitiveTypeName.INT64).named("number"),
            Types.required(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named("answer"));

    @TempDir
    private Path folder;

    private Path write(String name, List<String> texts) throws IOException {
        Path file = folder.resolve(name);
        try (ParquetWriter<Integer> writer = ParquetWriter.writeFile(SCHEMA, file.toFile(), (row, values) -> {
            String text = texts.get(row);
            if (!text.equals("null")) {
                values.write("text", text);
            }
            values.write("number", (long) row);
            values.write("answer", "A" + row);
        })) {
            for (int row = 0; row < texts.size(); row++) {
                writer.write(row);
            }
        }
        return file;
    }

    @Test
    void rowsAreDocuments() throws IOException {
        assertThat(Corpora.open(write("a.parquet", List.of("one", "tw\u00f6 \ud83e\udd99"))))
                .containsExactly(
                        new Document("a.parquet#1", "one"), new Document("a.parquet#2", "tw\u00f6 \ud83e\udd99"));
    }

    @Test
    void columnsAreChosenAndJoined() throws IOException {
        CorpusOptions options = CorpusOptions.DEFAULTS.toBuilder()
                .textFields("text", "answer")
                .fieldSeparator(" ")
                .targetFields(CorpusOptions.TargetFields.LAST)
                .build();
        assertThat(Corpora.open(write("a.parquet", List.of("one")), options))
                .containsExactly(new Document("a.parquet#1", "one A0", 4));
    }

    @Test
    void manyRowsAreRead() throws IOException {
        List<String> texts =
                IntStream.range(0, 20_000).mapToObj(i -> "text " + i).toList();
        Corpus corpus = Corpora.open(write("many.parquet", texts));
        assertThat(corpus).extracting(Document::text).isEqualTo(texts);
        assertThat(corpus).hasSize(texts.size());
    }

    @Test
    void aRowWithoutTextIsABadLine() throws IOException {
        Path file = write("a.parquet", List.of("one", "null", "three"));
        assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(file)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("row 2: column \"text\" is null");
        DocumentIterator documents = Corpora.open(
                        file,
                        CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(1).build())
                .iterator();
        assertThat(documents.next().id()).isEqualTo("a.parquet#1");
        assertThat(documents.next().id()).isEqualTo("a.parquet#3");
        assertThat(documents.badLines()).extracting(CorpusSummary.BadLine::line).containsExactly(2L);
        assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(
                        file,
                        CorpusOptions.DEFAULTS.toBuilder().maxDocumentBytes(2).build())))
                .hasMessageContaining("row 1 is longer than 2 bytes");
    }

    @Test
    void otherColumnsAreRefused() throws IOException {
        Path file = write("a.parquet", List.of("one"));
        assertThatThrownBy(() -> Corpora.open(
                                file,
                                CorpusOptions.DEFAULTS.toBuilder()
                                        .textFields("body")
                                        .build())
                        .iterator()
                        .hasNext())
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("no column \"body\"; it has [text, number, answer]");
        assertThatThrownBy(() -> Corpora.open(
                                file,
                                CorpusOptions.DEFAULTS.toBuilder()
                                        .textFields("number")
                                        .build())
                        .iterator()
                        .hasNext())
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("int64")
                .hasMessageContaining("not text");
    }

    /** A field of the footer that is a structure in a structure, and so on: one byte for each. */
    @Test
    void aFooterOfStructuresInStructuresIsRefused() throws IOException {
        byte[] deep = new byte[200_000];
        Arrays.fill(deep, (byte) 0x1c);
        assertRefused(footer(deep), "nested more than 32 deep");
        byte[] lists = new byte[200_000];
        Arrays.fill(lists, (byte) 0x19);
        assertRefused(footer(lists), "nested more than 32 deep");
    }

    @Test
    void aSchemaOfGroupsInGroupsIsRefused() throws IOException {
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        footer.writeBytes(new byte[] {0x15, 2, 0x19, (byte) 0xfc, (byte) 0xd8, 4}); // version 1, 600 elements
        for (int i = 0; i < 600; i++) {
            footer.writeBytes(new byte[] {0x48, 1, 'g', 0x15, 2, 0}); // the name g, 1 child
        }
        footer.write(0);
        assertRefused(footer(footer.toByteArray()), "the schema has 600 groups of columns; at most 500");
    }

    @Test
    void aFooterLargerThanTheFileIsRefused() throws IOException {
        Path file = folder.resolve("large.parquet");
        Files.write(
                file, new byte[] {'P', 'A', 'R', '1', 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, 'P', 'A', 'R', '1'});
        assertRefused(file, "the footer should have 4294967040 bytes");
    }

    private Path footer(byte[] bytes) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(bytes.length + 12).order(ByteOrder.LITTLE_ENDIAN);
        file.put("PAR1".getBytes(StandardCharsets.US_ASCII)).put(bytes).putInt(bytes.length);
        file.put("PAR1".getBytes(StandardCharsets.US_ASCII));
        return Files.write(folder.resolve("footer.parquet"), file.array());
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(file)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void damageIsReported() throws IOException {
        byte[] whole = Files.readAllBytes(write("a.parquet", List.of("one", "two")));
        for (int length = 0; length < whole.length; length += 7) {
            Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(cut)))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining("cut.parquet cannot be read as Parquet");
        }
        for (int place = 0; place < whole.length; place += 3) {
            byte[] wrong = whole.clone();
            wrong[place] ^= 0x15;
            Path changed = Files.write(folder.resolve("changed.parquet"), wrong);
            try {
                CorpusFingerprint.of(Corpora.open(changed));
            } catch (CorpusException e) {
                assertThat(e).hasMessageContaining("changed.parquet");
            }
        }
    }
}
