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
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.dataset.CorpusFingerprint;

class CompressionTest {

    private static final String LINES = "{\"text\": \"one\"}\n{\"text\": \"two\"}\n";

    private static final CorpusOptions TOLERANT =
            CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(9).build();
    private static final int CHUNKS = 64;

    @TempDir
    private Path folder;

    private static byte[] compress(String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(bytes) : new ZstdOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl.gz", "A.JSONL.GZ", "a.json.zst"})
    void theNameDeterminesTheCompression(String name) throws IOException {
        Path file = write(name, compress(name.toLowerCase(Locale.ROOT), LINES.getBytes(UTF_8)));
        assertThat(Corpora.open(file))
                .containsExactly(new Document(name + "#1", "one"), new Document(name + "#2", "two"));
    }

    @Test
    void textMayBeCompressed() throws IOException {
        Path file = write("a.txt.gz", compress(".gz", "one\n<|endoftext|>\ntwo".getBytes(UTF_8)));
        assertThat(Corpora.open(file)).extracting(Document::text).containsExactly("one", "two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl.gz", "a.jsonl.zst"})
    void compressedPartsCanBeConcatenated(String name) throws IOException {
        byte[] part = compress(name, LINES.getBytes(UTF_8));
        byte[] both = Arrays.copyOf(part, 2 * part.length);
        System.arraycopy(part, 0, both, part.length, part.length);
        assertThat(Corpora.open(write(name, both))).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl.gz", "a.jsonl.zst"})
    void damageIsReported(String name) throws IOException {
        byte[] whole = compress(name, (LINES + "x".repeat(1000)).getBytes(UTF_8));
        Path cut = write(name, Arrays.copyOf(whole, whole.length - 6));
        assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(cut, TOLERANT)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(cut.toString())
                .hasMessageContaining("cannot be read");
        Path other = write("b" + name, LINES.getBytes(UTF_8));
        assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(other)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(other.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bomb.jsonl.gz", "bomb.jsonl.zst", "bomb.txt.gz", "bomb.txt.zst"})
    void aDecompressionBombIsNotHeldInMemory(String name) throws IOException {
        Path file = folder.resolve(name);
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) 'x');
        try (OutputStream raw = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(raw) : new ZstdOutputStream(raw)) {
            for (int i = 0; i < CHUNKS; i++) {
                out.write(chunk);
            }
        }
        CorpusOptions bounded =
                CorpusOptions.DEFAULTS.toBuilder().maxDocumentBytes(1000).build();
        assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(file, bounded)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 1 is longer than 1000 bytes");
    }

    @Test
    void manyShortLinesCannotBypassTheLimit() throws IOException {
        Path file =
                write("lines.txt.gz", compress(".gz", "1234567\n".repeat(200).getBytes(UTF_8)));
        assertThat(Corpora.open(
                        file,
                        CorpusOptions.DEFAULTS.toBuilder()
                                .maxDocumentBytes(1600)
                                .build()))
                .hasSize(1);
        CorpusOptions bounded =
                CorpusOptions.DEFAULTS.toBuilder().maxDocumentBytes(1599).build();
        assertThatThrownBy(() -> CorpusFingerprint.of(Corpora.open(file, bounded)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 200: the document is longer than 1599 bytes");
    }
}
