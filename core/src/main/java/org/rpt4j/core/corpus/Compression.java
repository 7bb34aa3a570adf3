package org.rpt4j.core.corpus;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * How a file is compressed, judged by its name. Content is decompressed as it is read, so memory stays bounded whatever
 * the compression ratio. A file may consist of several compressed parts; a damaged part is an error.
 */
enum Compression {
    GZIP(".gz") {
        @Override
        InputStream wrap(InputStream compressed, FilePath file, CorpusOptions options) {
            return new GzipInput(compressed);
        }
    },
    ZSTANDARD(".zst") {
        @Override
        InputStream wrap(InputStream compressed, FilePath file, CorpusOptions options) throws IOException {
            return OptionalLibrary.ZSTANDARD.open(
                    file, () -> ZstandardInput.open(compressed, file, options.maxWindowLog()));
        }
    },
    BZIP2(".bz2") {
        @Override
        InputStream wrap(InputStream compressed, FilePath file, CorpusOptions options) throws IOException {
            return OptionalLibrary.BZIP2.open(file, () -> Bzip2Input.open(buffered(compressed)));
        }
    },
    XZ(".xz") {
        @Override
        InputStream wrap(InputStream compressed, FilePath file, CorpusOptions options) throws IOException {
            return OptionalLibrary.XZ.open(
                    file, () -> XzInput.open(buffered(compressed), file, options.maxWindowLog()));
        }
    },
    NONE("") {
        @Override
        InputStream wrap(InputStream compressed, FilePath file, CorpusOptions options) {
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
    InputStream open(FilePath file, CorpusOptions options) throws IOException {
        if (this != NONE && file.size() == 0) {
            throw new EOFException("a " + suffix + " file is never empty, and this one has no bytes");
        }
        InputStream compressed = Interruption.checked(file, file.stream());
        try {
            return wrap(compressed, file, options);
        } catch (IOException | RuntimeException | Error e) {
            try {
                compressed.close();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    abstract InputStream wrap(InputStream compressed, FilePath file, CorpusOptions options) throws IOException;

    private static InputStream buffered(InputStream compressed) {
        return new BufferedInputStream(compressed, BUFFER_BYTES);
    }
}
