package org.rpt4j.core.dataset;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.model.format.JsonLinesFile;

/** Reads a dataset line by line. */
final class DatasetLines implements AutoCloseable {

    static final int MAX_LINE_BYTES = 1 << 28;

    private final String file;
    private final JsonLinesFile lines;

    DatasetLines(Path file) {
        this.file = file.toString();
        this.lines = new JsonLinesFile(file, MAX_LINE_BYTES, DatasetLines::refusal);
    }

    /** Reads a stream, and closes it in the end. */
    DatasetLines(String name, InputStream content) {
        this.file = name;
        this.lines = new JsonLinesFile(name, content, MAX_LINE_BYTES, DatasetLines::refusal);
    }

    private static CorpusException refusal(String message, @Nullable Throwable cause) {
        return new CorpusException("Dataset " + message, cause);
    }

    /** The first line. */
    DatasetHeader header() {
        JsonFields first = lines.next();
        if (first != null && first.contains("shard")) {
            throw new CorpusException("Dataset " + file + " is only one shard of a dataset. Merge it with the others by"
                    + " the command merge-shards, or with DatasetShards.merge.");
        }
        if (first == null || !first.contains("header")) {
            throw new CorpusException("Dataset " + file + " does not start with a dataset header. Create it with the "
                    + "command dataset, or with TaskPipeline.writeDataset.");
        }
        JsonFields header = first.nested("header");
        int version = header.integer("version", 1);
        if (version > DatasetHeader.VERSION) {
            throw new CorpusException("Dataset " + file + " has version " + version
                    + " of the format; this library reads versions 1 to " + DatasetHeader.VERSION
                    + ". Create it again.");
        }
        return DatasetJson.header(header);
    }

    /** The lines after the header. */
    FilterStatistics documents(DatasetHeader header, Consumer<TaskDocument> sink) {
        TaskDataset.Checked checked = new TaskDataset.Checked(header, Shard.WHOLE);
        for (JsonFields found = lines.next(); found != null; found = lines.next()) {
            requireNotInterrupted();
            if (found.contains("document")) {
                JsonFields json = found.nested("document");
                DatasetLine.Body body =
                        DatasetJson.body(json, header.vocabulary().size());
                TaskDocument document = json.make(body::document);
                checked.add(body, 0);
                sink.accept(document);
            } else if (found.contains("end")) {
                DatasetLine.End end = DatasetJson.end(found.nested("end"));
                requireEqual(end, checked.end(end.statistics()));
                requireNothingAfterTheEnd();
                return FilterStatistics.of(end.statistics());
            } else {
                throw new CorpusException(
                        "Dataset " + lines.where() + " is neither a document nor the end. Create it again.");
            }
        }
        throw new CorpusException("Dataset " + file + " is truncated after line " + lines.number()
                + ": its last line is missing. Copy it again, or create it again.");
    }

    private void requireNothingAfterTheEnd() {
        if (lines.next() != null) {
            throw new CorpusException("Dataset " + lines.where()
                    + " comes after the end. Two datasets cannot be joined; copy it again, or create it again.");
        }
    }

    @Override
    public void close() {
        lines.close();
    }

    private void requireEqual(DatasetLine.End promised, DatasetLine.End found) {
        if (!promised.equals(found)) {
            throw new CorpusException("Dataset " + file + " was changed: it should have " + promised.documents()
                    + " documents and " + promised.tasks() + " tasks with the checksum " + promised.checksum()
                    + ", and has " + found.documents() + " and " + found.tasks() + " with " + found.checksum()
                    + ". Copy it again, or create it again.");
        }
    }

    private void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("Reading the dataset " + file + " was interrupted.");
        }
    }
}
