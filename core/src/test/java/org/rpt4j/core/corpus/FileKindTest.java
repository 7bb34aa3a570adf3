package org.rpt4j.core.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CorpusException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class FileKindTest {

    private static final String LINES = "{\"text\": \"one\"}\n\n{\"text\": \"two\"}\n";

    @TempDir
    private Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static List<String> texts(Path file, CorpusOptions options) {
        return Corpora.open(file, options).stream().map(Document::text).toList();
    }

    private static List<String> texts(Path file) {
        return texts(file, CorpusOptions.DEFAULTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl", "a.ndjson", "a.json", "A.NDJSON"})
    void jsonLinesHaveThreeNames(String name) throws IOException {
        assertThat(texts(write(name, LINES))).containsExactly("one", "two");
    }

    @Test
    void linesMayBeCompressedWithBzip2AndXz() throws IOException {
        Path bzip2 = folder.resolve("a.jsonl.bz2");
        try (OutputStream out = new BZip2CompressorOutputStream(Files.newOutputStream(bzip2))) {
            out.write(LINES.getBytes(UTF_8));
        }
        Path xz = folder.resolve("a.txt.xz");
        try (OutputStream out = new XZOutputStream(Files.newOutputStream(xz), new LZMA2Options(0))) {
            out.write("one\n<|endoftext|>\ntwo\n".getBytes(UTF_8));
        }
        assertThat(texts(bzip2)).containsExactly("one", "two");
        assertThat(texts(xz)).containsExactly("one", "two");
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "BROTLI", "LZ4_RAW"})
    void parquetIsReadWithEveryCodec(CompressionCodecName codec) throws IOException {
        List<String> texts = List.of("one", "tw\u00f6", "three", "", "five");
        assertThat(texts(ParquetFiles.write(folder.resolve("a.parquet"), codec, texts)))
                .isEqualTo(texts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl.lz4", "a.txt.br", "a.tar.gz", "a.zip", "a.tgz", "A.TAR"})
    void otherContainersAreRefusedByName(String name) throws IOException {
        Path file = write(name, "text");
        assertThatThrownBy(() -> texts(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("which is not read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LINES,
                "\n\n" + LINES,
                "{}",
                "\uFEFF" + LINES,
                "{\"a\": NaN}\r\n{\"b\": [{}]}\r\n{}\r\nthen text",
            })
    void jsonUnderTheNameOfATextIsRefused(String content) throws IOException {
        Path file = write("a.txt", content);
        assertThatThrownBy(() -> texts(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("its lines are JSON objects")
                .hasMessageContaining("Rename it to .jsonl, or set corpus.format to JSON_LINES");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": \"one\"}\nand prose",
                "{\n  \"text\": 1\n}",
                "{\"a\": 1} {\"b\": 2}",
                "{a, b}",
                "[1]\n[2]",
                "one\n{}\n{}\n{}",
                "\n\nfirst\n\nsecond",
            })
    void aTextMayHoldJson(String content) throws IOException {
        assertThat(texts(write("a.txt", content))).containsExactly(content.stripLeading());
    }

    @Test
    void theFormatMayBeSet() throws IOException {
        CorpusOptions text = CorpusOptions.builder()
                .format(CorpusOptions.Format.TEXT)
                .unifyLineEnds(true)
                .build();
        CorpusOptions lines =
                CorpusOptions.builder().format(CorpusOptions.Format.JSON_LINES).build();
        assertThat(texts(write("a.txt", LINES), text)).containsExactly(LINES.stripTrailing());
        assertThat(texts(write("b.jsonl", "\r\none\r\ntwo"), text)).containsExactly("one\ntwo");
        assertThat(texts(write("c.log", LINES), lines)).containsExactly("one", "two");
    }

    @Test
    void carriageReturnsAreTextUnlessLineEndsAreUnified() throws IOException {
        Path file = write("a.txt", "one\r\ntwo\rthree\r\n<|endoftext|>\r\nfour\r\n");
        assertThat(texts(file)).containsExactly("one\r\ntwo\rthree", "four");
        assertThat(texts(file, CorpusOptions.builder().unifyLineEnds(true).build()))
                .containsExactly("one\ntwo\rthree", "four");
    }

    @Test
    void numbersThatAreNotFiniteMatterOnlyInATextField() throws IOException {
        Path file = write(
                "a.jsonl", "{\"q\": NaN, \"text\": \"one\", \"r\": [-Infinity, {\"s\": Infinity}]}\n{\"text\": NaN}\n");
        DocumentIterator documents = Corpora.open(file).iterator();
        assertThat(documents.next().text()).isEqualTo("one");
        assertThatThrownBy(documents::hasNext)
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 2: field \"text\" is a number, not a string");
    }
}
