package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * How a file is compressed, judged by its name. Content is decompressed as it is read, so memory stays bounded whatever
 * the compression ratio.
 */
enum Compression {
    GZIP(".gz") {
        @Override
        InputStream wrap(InputStream compressed, Path file) throws IOException {
            return new GZIPInputStream(compressed, BUFFER_BYTES);
        }
    },
    ZSTANDARD(".zst") {
        @Override
        InputStream wrap(InputStream compressed, Path file) throws IOException {
            try {
                return OptionalLibrary.ZSTANDARD.use(file, () -> Zstandard.open(compressed));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    },
    NONE("") {
        @Override
        InputStream wrap(InputStream compressed, Path file) {
            return compressed;
        }
    };

    private static final int BUFFER_BYTES = 1 << 16;

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    static Compression of(String fileName) {
        return Arrays.stream(values())
                .filter(compression -> fileName.endsWith(compression.suffix))
                .findFirst()
                .orElseThrow();
    }

    /** The file name without the compression suffix. */
    String without(String fileName) {
        return fileName.substring(0, fileName.length() - suffix.length());
    }

    /** The content of a file. */
    InputStream open(Path file) throws IOException {
        InputStream compressed = Interruption.checked(file, Files.newInputStream(file));
        try {
            return wrap(compressed, file);
        } catch (IOException | RuntimeException | Error e) {
            try {
                compressed.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    abstract InputStream wrap(InputStream compressed, Path file) throws IOException;
}
