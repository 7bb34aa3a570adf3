package org.rpt4j.core.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class WindowsTest {

    private static final String LINE = "{\"text\": \"one\"}\n";

    @TempDir
    private Path folder;

    private static CorpusOptions upTo(int log) {
        return CorpusOptions.builder().maxWindowLog(log).build();
    }

    /** A small frame, and one whose header asks for a window of 2^27 + 2^24 bytes: RFC 8878, section 3.1.1.1.2. */
    private Path zstandard() throws IOException {
        Path file = folder.resolve("a.jsonl.zst");
        byte[] content = LINE.getBytes(UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            try (OutputStream first = new ZstdOutputStream(out).setCloseFrameOnFlush(true)) {
                first.write(content);
            }
        }
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            // Skippable frame of 3 bytes.
            out.write(new byte[] {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3});
            out.write(new byte[] {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (17 << 3 | 1)});
            int header = content.length << 3 | 1;
            out.write(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16)});
            out.write(content);
        }
        return file;
    }

    @Test
    void aLongWindowIsReadIfItIsAllowed() throws IOException {
        assertThat(Corpora.open(zstandard(), upTo(28))).hasSize(2);
    }

    @Test
    void theWindowAndTheSettingAreNamed() throws IOException {
        Path file = zstandard();
        assertThatThrownBy(() -> Corpora.open(file).forEach(document -> {}))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("needs a window of " + ((1L << 27) + (1L << 24)) + " bytes")
                .hasMessageContaining("corpus.max-window-log 27 allows " + (1L << 27))
                .hasMessageContaining("Set it to 28");
    }

    @Test
    void theDictionaryOfXzHasTheSameBound() throws IOException {
        Path file = folder.resolve("a.jsonl.xz");
        LZMA2Options options = new LZMA2Options(0);
        options.setDictSize(1 << 22);
        try (OutputStream out = new XZOutputStream(Files.newOutputStream(file), options)) {
            out.write(LINE.getBytes(UTF_8));
        }
        assertThat(Corpora.open(file, upTo(22))).hasSize(1);
        assertThatThrownBy(() -> Corpora.open(file, upTo(20)).forEach(document -> {}))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("needs a dictionary of about")
                .hasMessageContaining("corpus.max-window-log 20 allows 1048576")
                .hasMessageContaining("Set it to 22");
    }
}
