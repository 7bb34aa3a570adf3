package org.rpt4j.core.corpus;

import java.util.List;
import java.util.Locale;
import org.rpt4j.api.error.CorpusException;

/**
 * What a file holds and how it is compressed, by its name: {@code .jsonl}, {@code .ndjson} and {@code .json} are JSON
 * lines, {@code .parquet} is Parquet, anything else is text; a further {@code .gz}, {@code .zst}, {@code .bz2} or
 * {@code .xz} means compressed.
 *
 * @param format never {@link CorpusOptions.Format#BY_NAME}
 * @param compression how lines are compressed
 */
record FileKind(CorpusOptions.Format format, Compression compression) {

    private static final List<String> JSON_LINES = List.of(".jsonl", ".ndjson", ".json");

    /** Archives and compressed files that are read by nobody here, so that they are not taken for text. */
    private static final List<String> OTHERS = List.of(
            ".lz4", ".br", ".lzma", ".lzo", ".z", ".sz", ".zip", ".7z", ".rar", ".tar", ".tgz", ".tbz2", ".txz");

    static FileKind of(CorpusFile file, CorpusOptions.Format wanted) {
        // The name on the disk, in lower case: the format must depend neither on the locale nor on the system.
        String name = file.name().toLowerCase(Locale.ROOT);
        Compression compression = Compression.of(name);
        String content = compression.without(name);
        String suffix = content.substring(content.lastIndexOf('.') + 1);
        if (wanted == CorpusOptions.Format.BY_NAME && content.contains(".") && OTHERS.contains("." + suffix)) {
            throw new CorpusException(
                    "Corpus " + file.path() + " is a ." + suffix + " file, which is not read. Read are"
                            + " plain text, JSON lines and Parquet, plain or compressed as .gz, .zst, .bz2 or .xz.");
        }
        CorpusOptions.Format format = wanted == CorpusOptions.Format.BY_NAME ? byName(content) : wanted;
        return new FileKind(format, compression);
    }

    private static CorpusOptions.Format byName(String content) {
        if (content.endsWith(".parquet")) {
            return CorpusOptions.Format.PARQUET;
        }
        return JSON_LINES.stream().anyMatch(content::endsWith)
                ? CorpusOptions.Format.JSON_LINES
                : CorpusOptions.Format.TEXT;
    }
}
