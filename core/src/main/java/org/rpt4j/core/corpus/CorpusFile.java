package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * A file of a corpus.
 *
 * @param path where it is
 * @param name prefix of the ids of its documents
 */
record CorpusFile(FilePath path, String name) {

    /** Finds a file; its ids begin with its name, or with its path below a root. */
    static CorpusFile of(Path path, @Nullable Path root) {
        if (!Files.exists(path)) {
            throw new CorpusException("Corpus " + path.toAbsolutePath() + " does not exist. Check the path.");
        }
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new CorpusException("Corpus " + path.toAbsolutePath() + " is not a readable file."
                    + (Files.isDirectory(path) ? " Name the files in it, such as " + path + "/*.jsonl." : ""));
        }
        return new CorpusFile(new FilePath.Local(path), FileNames.of(path, root));
    }

    /** The id of a document. */
    String id(long number) {
        return name + "#" + number;
    }

    /** The location of a line, for messages. */
    String at(long line) {
        return path + ", line " + line;
    }

    DocumentReader open(CorpusOptions options, BadLines badLines) {
        FileKind kind = FileKind.of(this, options.format());
        if (kind.format() == CorpusOptions.Format.PARQUET) {
            return OptionalLibrary.PARQUET.use(path, () -> new ParquetReader(this, options, badLines));
        }
        LineReader lines = new LineReader(this, content(kind.compression(), options), options.maxDocumentBytes());
        return kind.format() == CorpusOptions.Format.JSON_LINES
                ? new JsonLinesReader(this, lines, options, badLines)
                : new TextReader(this, lines, options, badLines);
    }

    /**
     * The bytes of the file as they are decompressed.
     *
     * @throws CorpusException if they cannot be read
     */
    InputStream content(Compression compression, CorpusOptions options) {
        try {
            return compression.open(path, options);
        } catch (IOException e) {
            throw new CorpusException(
                    "Corpus " + path + " cannot be opened: " + e + ". Check that the file is complete.", e);
        }
    }
}
