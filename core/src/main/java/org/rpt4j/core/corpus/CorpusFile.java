package org.rpt4j.core.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.rpt4j.api.error.CorpusException;

/**
 * A file of a corpus. Its suffix determines the format: {@code .jsonl} and {@code .json} are JSON lines,
 * {@code .parquet} is Parquet, anything else is text; a further {@code .gz} or {@code .zst} means compressed.
 *
 * @param path path of the file
 * @param name prefix of the ids of its documents
 */
record CorpusFile(Path path, String name) {

    CorpusFile {
        if (!Files.exists(path)) {
            throw new CorpusException("Corpus " + path.toAbsolutePath() + " does not exist. Check the path.");
        }
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new CorpusException("Corpus " + path.toAbsolutePath() + " is not a readable file."
                    + (Files.isDirectory(path) ? " Name the files in it, such as " + path + "/*.jsonl." : ""));
        }
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
        String lower = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (lower.endsWith(".parquet")) {
            return OptionalLibrary.PARQUET.use(path, () -> new ParquetReader(this, options, badLines));
        }
        Compression compression = Compression.of(lower);
        String content = compression.without(lower);
        LineReader lines = new LineReader(this, compression, options.maxDocumentBytes());
        return content.endsWith(".jsonl") || content.endsWith(".json")
                ? new JsonLinesReader(this, lines, options, badLines)
                : new TextReader(this, lines, options, badLines);
    }
}
