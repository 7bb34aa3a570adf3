package org.rpt4j.core.corpus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** Writes Parquet files with every codec. */
final class ParquetFiles {

    private static final MessageType SCHEMA = new MessageType(
            "row",
            Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named("text"));

    private ParquetFiles() {}

    /** Writes a column {@code text}, with a row group for every few rows. */
    static Path write(Path file, CompressionCodecName codec, List<String> texts) throws IOException {
        SimpleGroupFactory rows = new SimpleGroupFactory(SCHEMA);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(SCHEMA)
                .withCodecFactory(new Codecs())
                .withCompressionCodec(codec)
                .withRowGroupRowCountLimit(3)
                .withDictionaryEncoding(false)
                .build()) {
            for (String text : texts) {
                writer.write(rows.newGroup().append("text", text));
            }
        }
        return file;
    }

    /** What the library can compress without Hadoop, gzip of the JDK, and brotli without compression. */
    private static final class Codecs implements CompressionCodecFactory {

        private final CodecFactory library = new CodecFactory(new PlainParquetConfiguration(), 1 << 16);

        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            return switch (codec) {
                case GZIP, BROTLI, LZO -> new OwnCompressor(codec);
                default -> library.getCompressor(codec);
            };
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {
            library.release();
        }
    }

    private record OwnCompressor(CompressionCodecName codec) implements CompressionCodecFactory.BytesInputCompressor {

        @Override
        public BytesInput compress(BytesInput page) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (codec == CompressionCodecName.BROTLI) {
                // RFC 7932, 9.2: a meta-block that is not compressed, and an empty last one.
                int header = (int) (page.size() - 1) << 4 | 1 << 20;
                bytes.write(header);
                bytes.write(header >> 8);
                bytes.write(header >> 16);
                page.writeAllTo(bytes);
                bytes.write(3);
            } else {
                try (OutputStream out = new GZIPOutputStream(bytes)) {
                    page.writeAllTo(out);
                }
            }
            return BytesInput.from(bytes.toByteArray());
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {
            // Nothing is kept.
        }
    }
}
