package org.rpt4j.core.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;

/** A pass may begin at any document, in files of every kind. */
class FileCorpusTest {

    /** More than one buffer of the line reader. */
    private static final String LONG = "word ".repeat(20_000);

    private static final CorpusOptions TOLERANT =
            CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(9).build();

    @TempDir
    private Path folder;

    private String write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content, UTF_8).toString();
    }

    private String zipped(String name, String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(bytes) : new ZstdOutputStream(bytes)) {
            out.write(content.getBytes(UTF_8));
        }
        return Files.write(folder.resolve(name), bytes.toByteArray()).toString();
    }

    private static String json(String... texts) {
        StringBuilder lines = new StringBuilder("\uFEFF");
        for (String text : texts) {
            lines.append("{\"text\": \"").append(text).append("\"}\n");
        }
        return lines.toString();
    }

    /** The places of all documents, in order. */
    private static List<CorpusPlace> places(FileCorpus corpus, boolean ahead) {
        List<CorpusPlace> places = new ArrayList<>();
        try (DocumentIterator documents = corpus.iterator()) {
            CorpusPlace place = documents.place().orElseThrow();
            while (documents.hasNext()) {
                places.add(ahead ? documents.place().orElseThrow() : place);
                documents.next();
                place = documents.place().orElseThrow();
            }
        }
        return places;
    }

    /** Looking ahead before asking for the place, or after, gives a place that leads to the same document. */
    private static void assertAnyPassMayBeginAnywhere(FileCorpus corpus, int documents) {
        List<Document> all = corpus.stream().toList();
        assertThat(all).hasSize(documents);
        FileCorpus elsewhere = FileCorpus.of(corpus.members(), corpus.options());
        for (boolean ahead : new boolean[] {true, false}) {
            List<CorpusPlace> places = places(corpus, ahead);
            for (int i = 0; i < documents; i++) {
                List<Document> rest = new ArrayList<>();
                try (DocumentIterator from = elsewhere.iterator(places.get(i))) {
                    from.forEachRemaining(rest::add);
                }
                assertThat(rest)
                        .as("from document %s on, place %s", i, places.get(i))
                        .isEqualTo(all.subList(i, documents));
            }
        }
    }

    private static FileCorpus open(CorpusOptions options, String... files) {
        return Corpora.open(List.of(files), options);
    }

    @Test
    void jsonLinesPlainAndCompressed() throws IOException {
        String lines = json("one", "", LONG, "\u00e9\u4e2d") + "\n\n{bad\n"
                + json("last").substring(1);
        assertAnyPassMayBeginAnywhere(
                open(TOLERANT, write("a.jsonl", lines), zipped("b.jsonl.gz", lines), zipped("c.jsonl.zst", lines)), 15);
    }

    @Test
    void textBetweenSeparators() throws IOException {
        String text = "\n\nfirst\nline\n<|endoftext|>\n \n<|endoftext|>\n" + LONG + "\nmore\n<|endoftext|>\nlast";
        assertAnyPassMayBeginAnywhere(open(CorpusOptions.DEFAULTS, write("a.txt", text), zipped("b.gz", text)), 6);
    }

    /** The first lines of a text are looked at before any is used. */
    @Test
    void textThatBeginsWithAnObject() throws IOException {
        String text = "{\"a\": 1}\n<|endoftext|>\n{\"b\": 2}\n<|endoftext|>\nplain\n<|endoftext|>\nlast\n";
        assertAnyPassMayBeginAnywhere(open(CorpusOptions.DEFAULTS, write("a.txt", text)), 4);
    }

    @Test
    void textBetweenBlankLinesWithADamagedDocument() throws IOException {
        Path file = folder.resolve("a.txt");
        Files.write(file, "one\n\ntwo \n\nbad".getBytes(UTF_8));
        Files.write(file, new byte[] {(byte) 0xFF, '\n', '\n'}, StandardOpenOption.APPEND);
        Files.writeString(file, "three\n\nfour\n", StandardOpenOption.APPEND);
        assertAnyPassMayBeginAnywhere(open(TOLERANT.toBuilder().blankLines(3).build(), file.toString()), 3);
    }

    @Test
    void wholeFiles() throws IOException {
        CorpusOptions whole = CorpusOptions.builder()
                .splitting(CorpusOptions.TextSplitting.WHOLE_FILE)
                .build();
        assertAnyPassMayBeginAnywhere(open(whole, write("a.txt", "a\n\nb"), write("b.txt", "c\n")), 2);
    }

    /** Row groups of three rows. */
    @Test
    void parquet() throws IOException {
        List<String> texts = IntStream.range(0, 11).mapToObj(i -> "row " + i).toList();
        String first = ParquetFiles.write(folder.resolve("a.parquet"), CompressionCodecName.SNAPPY, texts)
                .toString();
        String second = ParquetFiles.write(folder.resolve("b.parquet"), CompressionCodecName.GZIP, texts.subList(0, 4))
                .toString();
        assertAnyPassMayBeginAnywhere(open(CorpusOptions.DEFAULTS, first, second), 15);
    }

    @Test
    void aFileThatBecameShorterIsReported() throws IOException {
        String file = write("a.jsonl", json("one", "two", "three"));
        FileCorpus corpus = open(CorpusOptions.DEFAULTS, file);
        CorpusPlace last = places(corpus, true).get(2);
        write("a.jsonl", json("one"));
        assertThatThrownBy(() -> corpus.iterator(last).hasNext())
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a.jsonl, line 2 cannot be read")
                .hasMessageContaining("Did the file change?");
    }

    @Test
    void aSchemeThatNothingReadsIsNamed() {
        assertThatThrownBy(() -> open(CorpusOptions.DEFAULTS, "hdfs://host/a/*.jsonl"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("hdfs://host/a/*.jsonl")
                .hasMessageContaining("nothing on the class path reads hdfs:");
    }

    @Test
    void theSchemeFileIsThisMachine() throws IOException {
        String file = write("a.txt", "text");
        for (String scheme : List.of("file:", "file://")) {
            assertThat(open(CorpusOptions.DEFAULTS, scheme + file)).containsExactly(new Document("a.txt#1", "text"));
            assertThat(open(CorpusOptions.DEFAULTS, scheme + folder + "/*.txt")).hasSize(1);
        }
    }
}
