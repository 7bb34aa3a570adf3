package org.rpt4j.core.dataset;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.model.format.JsonLinesFile;

/** Reads the file of one shard, one document at a time, and checks that it is whole. Not thread-safe. */
final class ShardReader implements AutoCloseable {

    private final String file;
    private final JsonLinesFile lines;
    private final Shard shard;
    private final DatasetHeader header;
    private final TaskDataset.Checked checked;
    private @Nullable TaskDocument document;
    private FilterStatistics.@Nullable Counts statistics;
    private long number = -1;

    /**
     * Opens a file and reads up to its first document.
     *
     * @throws CorpusException if it is missing, no shard, or malformed
     */
    ShardReader(Path file) {
        this(file.toString(), open(file));
    }

    /**
     * Reads a stream, and closes it in the end.
     *
     * @throws CorpusException if it is no shard, or malformed
     */
    ShardReader(String name, InputStream content) {
        this(name, new JsonLinesFile(name, content, DatasetLines.MAX_LINE_BYTES, ShardReader::refusal));
    }

    private ShardReader(String file, JsonLinesFile lines) {
        this.file = file;
        this.lines = lines;
        try {
            JsonFields first = lines.next();
            if (first == null || !first.contains("shard")) {
                throw new CorpusException("Shard " + file + " does not start like one. Write it with the command"
                        + " dataset and the option --shard, or with TaskPipeline.writeShard.");
            }
            JsonFields json = first.nested("shard");
            this.shard = json.make(() -> new Shard(json.integer("number", 1), json.integer("count", 1)));
            this.header = DatasetJson.header(first.nested("header"));
            if (header.version() != DatasetHeader.VERSION) {
                throw new CorpusException("Shard " + file + " has version " + header.version()
                        + " of the format; this library merges version " + DatasetHeader.VERSION
                        + ". Create it again.");
            }
            this.checked = new TaskDataset.Checked(header, shard);
            advance();
        } catch (RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    private static JsonLinesFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CorpusException("Shard " + file.toAbsolutePath() + " does not exist. Check the path.");
        }
        return new JsonLinesFile(file, DatasetLines.MAX_LINE_BYTES, ShardReader::refusal);
    }

    private static CorpusException refusal(String message, @Nullable Throwable cause) {
        return new CorpusException("Shard " + message, cause);
    }

    String file() {
        return file;
    }

    Shard shard() {
        return shard;
    }

    DatasetHeader header() {
        return header;
    }

    /** Whether there is a document left; the file is checked to its end where there is none. */
    boolean hasDocument() {
        return document != null;
    }

    /** Number of the next document in the corpus; there must be one. */
    long number() {
        return number;
    }

    /** Takes the next document; there must be one. */
    TaskDocument take() {
        TaskDocument taken = document;
        if (taken == null) {
            throw new IllegalStateException("no document is left in " + file);
        }
        advance();
        return taken;
    }

    /** Statistics of the documents of this shard; known at the end. */
    FilterStatistics statistics() {
        if (statistics == null) {
            throw new IllegalStateException("the end of " + file + " is not read yet");
        }
        return FilterStatistics.of(statistics);
    }

    private void advance() {
        JsonFields found = lines.next();
        if (found == null) {
            throw new CorpusException("Shard " + file + " is truncated after line " + lines.number()
                    + ": its last line is missing. Copy it again, or create it again.");
        }
        if (found.contains("document")) {
            long next = found.count("number");
            JsonFields json = found.nested("document");
            DatasetLine.Body body = DatasetJson.body(json, header.vocabulary().size());
            if (next <= number) {
                throw changed("document " + next + " follows document " + number);
            }
            document = json.make(body::document);
            number = next;
            checked.add(body, next);
            return;
        }
        if (!found.contains("end")) {
            throw new CorpusException(
                    "Shard " + lines.where() + " is neither a document nor the end. Create it again.");
        }
        DatasetLine.End end = DatasetJson.end(found.nested("end"));
        DatasetLine.End computed = checked.end(end.statistics());
        if (!end.equals(computed)) {
            throw changed("it should have " + end.documents() + " documents with the checksum " + end.checksum()
                    + ", and has " + computed.documents() + " with " + computed.checksum());
        }
        if (lines.next() != null) {
            throw changed("something comes after its end");
        }
        document = null;
        statistics = end.statistics();
    }

    private CorpusException changed(String how) {
        return new CorpusException("Shard " + file + " was changed: " + how + ". Copy it again, or create it again.");
    }

    @Override
    public void close() {
        lines.close();
    }
}
