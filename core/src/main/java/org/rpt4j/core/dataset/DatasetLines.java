package org.rpt4j.core.dataset;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.SelectedDocument;

/** Reads a dataset line by line. */
final class DatasetLines implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private static final int MAX_LINE_BYTES = 1 << 28;
    private static final int BLOCK_BYTES = 1 << 16;

    private final Path file;
    private final InputStream input;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    DatasetLines(Path file) {
        this.file = file;
        try {
            this.input = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        } catch (IOException e) {
            throw new CorpusException("Dataset " + file + " cannot be opened: " + e, e);
        }
    }

    /** The first line. */
    DatasetHeader header() {
        DatasetLine first = next();
        if (first == null || first.header() == null) {
            throw new CorpusException("Dataset " + file + " does not start with a dataset header. Create it with the "
                    + "command dataset, or with TaskPipeline.writeDataset.");
        }
        if (first.header().version() != DatasetHeader.VERSION) {
            throw new CorpusException("Dataset " + file + " has version "
                    + first.header().version() + " of the format; this library reads version " + DatasetHeader.VERSION
                    + ". Create it again.");
        }
        return first.header();
    }

    /** The other lines. */
    FilterStatistics documents(Consumer<SelectedDocument> sink) {
        TaskDataset.Checked checked = new TaskDataset.Checked();
        for (DatasetLine found = next(); found != null; found = next()) {
            DatasetLine.Body body = found.document();
            DatasetLine.End end = found.end();
            if (body != null) {
                SelectedDocument document = document(body);
                checked.add(body);
                sink.accept(document);
            } else if (end != null) {
                requireEqual(end, checked.end(end.statistics()));
                return FilterStatistics.of(end.statistics());
            } else {
                throw new CorpusException(
                        "Dataset " + place() + " is neither a document nor the end. Create it " + "again.");
            }
        }
        throw new CorpusException("Dataset " + file + " is truncated after line " + number
                + ": its last line is missing. Copy it again, or create it again.");
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw new CorpusException("Dataset " + file + " cannot be closed: " + e, e);
        }
    }

    private SelectedDocument document(DatasetLine.Body body) {
        try {
            return body.document();
        } catch (IllegalArgumentException e) {
            throw new CorpusException("Dataset " + place() + " is malformed: " + e.getMessage(), e);
        }
    }

    private void requireEqual(DatasetLine.End promised, DatasetLine.End found) {
        if (!promised.equals(found)) {
            throw new CorpusException("Dataset " + file + " was changed: it should have " + promised.documents()
                    + " documents and " + promised.tasks() + " tasks with the checksum " + promised.checksum()
                    + ", and has " + found.documents() + " and " + found.tasks() + " with " + found.checksum()
                    + ". Copy it again, or create it again.");
        }
    }

    private @Nullable DatasetLine next() {
        try {
            if (!readLine()) {
                return null;
            }
            DatasetLine found = JSON.readValue(line.toByteArray(), DatasetLine.class);
            if (found == null) {
                throw new CorpusException("Dataset " + place() + " is malformed: null.");
            }
            return found;
        } catch (JacksonException e) {
            throw new CorpusException("Dataset " + place() + " is malformed: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CorpusException("Dataset " + place() + " cannot be read: " + e, e);
        }
    }

    private boolean readLine() throws IOException {
        line.reset();
        number++;
        requireNotInterrupted();
        int next = input.read();
        boolean any = next >= 0;
        for (; next >= 0 && next != '\n'; next = input.read()) {
            if (line.size() % BLOCK_BYTES == 0) {
                requireNotInterrupted();
            }
            if (line.size() == MAX_LINE_BYTES) {
                throw new IOException("the line is longer than " + MAX_LINE_BYTES + " bytes");
            }
            line.write(next);
        }
        return any;
    }

    private void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("Reading the dataset " + file + " was interrupted.");
        }
    }

    private String place() {
        return file + ", line " + number;
    }
}
