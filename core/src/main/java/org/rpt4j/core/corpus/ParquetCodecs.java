package org.rpt4j.core.corpus;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.rpt4j.api.error.CorpusException;

/**
 * The codecs of Parquet pages. The library decompresses some itself, each page in one call. For GZIP and BROTLI it needs
 * Hadoop, so they are decompressed here; so is ZSTD, because a page of it may be small and yet have a gibibyte. Here every
 * block is a place to stop.
 */
final class ParquetCodecs implements CompressionCodecFactory {

    private static final Set<CompressionCodecName> OF_THE_LIBRARY =
            EnumSet.of(CompressionCodecName.UNCOMPRESSED, CompressionCodecName.SNAPPY, CompressionCodecName.LZ4_RAW);

    private static final Set<CompressionCodecName> SUPPORTED = EnumSet.copyOf(OF_THE_LIBRARY);

    static {
        SUPPORTED.add(CompressionCodecName.GZIP);
        SUPPORTED.add(CompressionCodecName.BROTLI);
        SUPPORTED.add(CompressionCodecName.ZSTD);
    }

    private final FilePath file;
    private final CodecFactory library = new CodecFactory(new PlainParquetConfiguration(), 0);

    ParquetCodecs(FilePath file) {
        this.file = file;
    }

    /**
     * Checks that a column can be decompressed.
     *
     * @throws CorpusException if it cannot; the message names the codec
     */
    static void requireSupported(CompressionCodecName codec, FilePath file) {
        if (!SUPPORTED.contains(codec)) {
            throw new CorpusException("Corpus " + file + " is compressed with " + codec
                    + ", which is not read. Write it with one of " + SUPPORTED + ".");
        }
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        requireSupported(codec, file);
        return switch (codec) {
            case GZIP -> new StreamDecompressor(file, GzipInput::new);
            case ZSTD ->
                new StreamDecompressor(
                        file, page -> OptionalLibrary.ZSTANDARD.open(file, () -> ZstandardInput.openPage(page)));
            case BROTLI ->
                new StreamDecompressor(file, page -> OptionalLibrary.BROTLI.open(file, () -> BrotliInput.open(page)));
            default -> library.getDecompressor(codec);
        };
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("a corpus is only read");
    }

    @Override
    public void release() {
        library.release();
    }

    /** What decompresses the bytes of a page. */
    private interface Opening {
        InputStream open(InputStream page) throws IOException;
    }

    /** Decompresses a page that must have exactly the size that its header says. */
    private record StreamDecompressor(FilePath file, Opening opening) implements BytesInputDecompressor {

        @Override
        public BytesInput decompress(BytesInput page, int decompressedSize) throws IOException {
            return BytesInput.from(decompressed(page.toInputStream(), decompressedSize));
        }

        @Override
        public void decompress(ByteBuffer page, int compressedSize, ByteBuffer output, int decompressedSize)
                throws IOException {
            byte[] compressed = new byte[compressedSize];
            page.get(compressed);
            output.put(decompressed(new ByteArrayInputStream(compressed), decompressedSize));
        }

        @Override
        public void release() {
            // Nothing is kept between pages.
        }

        private byte[] decompressed(InputStream page, int size) throws IOException {
            try (InputStream content = Interruption.checked(file, opening.open(page))) {
                byte[] bytes = content.readNBytes(size);
                if (bytes.length < size || content.read() >= 0) {
                    throw new IOException("a page has another size than its header says");
                }
                return bytes;
            }
        }
    }
}
