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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
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

/** Whatever happens to a compressed corpus: all of its text is read, or an error says that it cannot be. */
class DamagedCorpusTest {

    private static final List<String> TEXTS = List.of("one two three", "vier f\u00fcnf", "six six six six", "seven");

    @TempDir
    private Path folder;

    /** A file of several compressed parts. */
    private record Parts(byte[] bytes, List<Integer> ends) {

        static Parts of(String suffix) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            List<Integer> ends = new ArrayList<>();
            for (String text : TEXTS) {
                all.writeBytes(compress(suffix, ("{\"text\": \"" + text + "\"}\n").getBytes(UTF_8)));
                ends.add(all.size());
            }
            return new Parts(all.toByteArray(), ends);
        }
    }

    private static byte[] compress(String suffix, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compressor(suffix, bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static OutputStream compressor(String suffix, OutputStream out) throws IOException {
        return switch (suffix) {
            case "gz" -> new GZIPOutputStream(out);
            case "zst" -> new ZstdOutputStream(out).setChecksum(true);
            case "bz2" -> new BZip2CompressorOutputStream(out);
            default -> new XZOutputStream(out, new LZMA2Options(0));
        };
    }

    /** The texts, or null if they were refused. */
    private List<String> read(Path file) {
        List<String> texts = new ArrayList<>();
        try {
            Corpora.open(file).forEach(document -> texts.add(document.text()));
            return texts;
        } catch (CorpusException e) {
            assertThat(e).hasMessageContaining(file.toString());
            return null;
        }
    }

    private void assertReadOrRefused(String name, byte[] damaged, String what) throws IOException {
        List<String> texts = read(Files.write(folder.resolve(name), damaged));
        assertThat(texts == null ? TEXTS : texts).as(what).isEqualTo(TEXTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst", "bz2", "xz"})
    void everyChangedBitIsAnErrorOrHarmless(String suffix) throws IOException {
        byte[] whole = Parts.of(suffix).bytes();
        assertThat(read(Files.write(folder.resolve("whole.jsonl." + suffix), whole)))
                .isEqualTo(TEXTS);
        for (int place = 0; place < whole.length; place++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] damaged = whole.clone();
                damaged[place] ^= (byte) (1 << bit);
                assertReadOrRefused("a.jsonl." + suffix, damaged, "bit " + bit + " of byte " + place);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst", "bz2", "xz"})
    void everyCutInsideAPartIsAnError(String suffix) throws IOException {
        Parts parts = Parts.of(suffix);
        for (int length = 0; length < parts.bytes().length; length++) {
            if (!parts.ends().contains(length)) {
                Path cut = Files.write(folder.resolve("a.jsonl." + suffix), Arrays.copyOf(parts.bytes(), length));
                assertThat(read(cut)).as("cut to " + length + " bytes").isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst", "bz2", "xz"})
    void aPartThatWasNeverWrittenIsAnError(String suffix) throws IOException {
        byte[] whole = Parts.of(suffix).bytes();
        for (int start = 0; start < whole.length; start++) {
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, start, whole.length, (byte) 0);
            assertReadOrRefused("a.jsonl." + suffix, damaged, "zeros from byte " + start);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "zst", "bz2", "xz"})
    void whatFollowsTheLastPartIsAnError(String suffix) throws IOException {
        byte[] whole = Parts.of(suffix).bytes();
        byte[] longer = Arrays.copyOf(whole, whole.length + 5);
        longer[whole.length + 4] = 1;
        assertThat(read(Files.write(folder.resolve("a.jsonl." + suffix), longer)))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "xz"})
    void shortPaddingIsNoError(String suffix) throws IOException {
        byte[] whole = Parts.of(suffix).bytes();
        byte[] padded = Arrays.copyOf(whole, whole.length + 4);
        assertThat(read(Files.write(folder.resolve("a.jsonl." + suffix), padded)))
                .isEqualTo(TEXTS);
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionCodecName.class,
            names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "BROTLI", "LZ4_RAW"})
    void everyChangedBitOfParquetIsAnErrorOrHarmless(CompressionCodecName codec) throws IOException {
        Path file = ParquetFiles.write(folder.resolve("whole.parquet"), codec, TEXTS);
        byte[] whole = Files.readAllBytes(file);
        assertThat(read(file)).isEqualTo(TEXTS);
        for (int place = 0; place < whole.length; place++) {
            // All bits for one codec, and one bit of each byte for the others: a Parquet file takes long to open.
            boolean all = codec == CompressionCodecName.GZIP;
            for (int bit = all ? 0 : place % Byte.SIZE; bit < Byte.SIZE; bit += all ? 1 : Byte.SIZE) {
                byte[] damaged = whole.clone();
                damaged[place] ^= (byte) (1 << bit);
                assertReadOrRefused("a.parquet", damaged, "bit " + bit + " of byte " + place);
            }
        }
    }

    @Test
    void everyCutOfParquetIsAnError() throws IOException {
        byte[] whole = Files.readAllBytes(
                ParquetFiles.write(folder.resolve("whole.parquet"), CompressionCodecName.SNAPPY, TEXTS));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("a.parquet"), Arrays.copyOf(whole, length));
            assertThat(read(cut)).as("cut to " + length + " bytes").isNull();
        }
    }

    @Test
    void otherCodecsOfParquetAreNamed() throws IOException {
        Path file = ParquetFiles.write(folder.resolve("a.parquet"), CompressionCodecName.LZO, TEXTS);
        assertThatThrownBy(() -> Corpora.open(file).iterator().hasNext())
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("is compressed with LZO")
                .hasMessageContaining("one of [UNCOMPRESSED, SNAPPY, GZIP, BROTLI, ZSTD, LZ4_RAW]");
    }
}
