package org.rpt4j.core.corpus;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.statistics.BinaryStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;

/** Reads the rows of a Parquet file, one row group at a time, with some of its columns. */
final class ParquetGroups implements AutoCloseable {

    private static final long MAX_GROUP_BYTES = 1L << 30;
    /** What an entry of a list takes in memory at least; in the file, millions of equal ones take a few bytes. */
    private static final long BYTES_OF_ENTRY = 64;

    private final CorpusFile file;
    private final ParquetFileReader reader;
    private final MessageType columns;
    private @Nullable RecordReader<Group> records;
    private Map<String, Statistics<?>> range = Map.of();
    private final Iterator<BlockMetaData> groups;
    private long recordsLeft;
    private long row;

    /**
     * Opens a file.
     *
     * @param choice the columns to read, given those of the file
     */
    ParquetGroups(CorpusFile file, UnaryOperator<MessageType> choice) {
        this.file = file;
        ParquetFileReader opened = null;
        try {
            ParquetFooter.require(file.path());
            opened = ParquetFileReader.open(new ParquetInput(file.path()), readOptions(file.path()));
            this.columns = choice.apply(opened.getFileMetaData().getSchema());
            opened.setRequestedSchema(columns);
            requireReadable(opened.getRowGroups());
            this.reader = opened;
            this.groups = opened.getRowGroups().stream()
                    .filter(group -> group.getRowCount() > 0)
                    .iterator();
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            closeAfter(opened, e);
            throw damaged(e);
        }
    }

    /** The next row, or null at the end. */
    @Nullable
    Group next() {
        return OptionalLibrary.PARQUET.use(file.path(), this::nextGroup);
    }

    /** Passes over the first rows of the file before any is read; row groups among them are not read. */
    void skip(long rows) {
        OptionalLibrary.PARQUET.use(file.path(), () -> {
            for (BlockMetaData group : reader.getRowGroups()) {
                if (row + group.getRowCount() > rows) {
                    break;
                }
                reader.skipNextRowGroup();
                row += group.getRowCount();
                if (group.getRowCount() > 0) {
                    groups.next();
                }
            }
            while (row < rows && nextGroup() != null) {
                Interruption.check(file.path());
            }
            return row;
        });
    }

    /** The number of the row that was read last, from 1. */
    long row() {
        return row;
    }

    /** The location of that row, for messages. */
    String place() {
        return file.path() + ", row " + row;
    }

    /** The columns that are read. */
    MessageType columns() {
        return columns;
    }

    /** The text of a value. */
    String decode(byte[] content, String field) {
        try {
            return Line.decode(content);
        } catch (CharacterCodingException e) {
            throw new CorpusException("Corpus " + place() + ": column \"" + field + "\" is not valid UTF-8.", e);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file.path() + " cannot be closed: " + e, e);
        }
    }

    private @Nullable Group nextGroup() {
        try {
            while (recordsLeft == 0) {
                Interruption.check(file.path());
                PageReadStore pages = reader.readNextRowGroup();
                if (pages == null) {
                    return null;
                }
                recordsLeft = pages.getRowCount();
                range = range(groups.next());
                records = new ColumnIOFactory()
                        .getColumnIO(columns)
                        .getRecordReader(pages, new GroupRecordConverter(columns));
            }
            Interruption.check(file.path());
            recordsLeft--;
            Group group = Objects.requireNonNull(records).read();
            requireInRange(group);
            row++;
            return group;
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw damaged(e);
        }
    }

    /** The smallest and the largest value of each column, where the file has them. */
    private Map<String, Statistics<?>> range(BlockMetaData group) {
        Map<String, Statistics<?>> statistics = new HashMap<>();
        for (ColumnChunkMetaData chunk : group.getColumns()) {
            Statistics<?> known = chunk.getStatistics();
            String[] path = chunk.getPath().toArray();
            if (path.length == 1 && columns.containsPath(path) && known != null && known.hasNonNullValue()) {
                statistics.put(path[0], known);
            }
        }
        return statistics;
    }

    /** The schema has no checksum, and pages read with a wrong one hold other values without an error. */
    private void requireInRange(Group group) throws IOException {
        for (Map.Entry<String, Statistics<?>> column : range.entrySet()) {
            String field = column.getKey();
            if (group.getFieldRepetitionCount(field) > 0 && column.getValue() instanceof BinaryStatistics known) {
                Binary value = group.getBinary(field, 0);
                if (known.compareMinToValue(value) > 0 || known.compareMaxToValue(value) < 0) {
                    throw new IOException("column \"" + field + "\" has a value outside its own statistics");
                }
            }
        }
    }

    /** Pages that have a checksum are compared with it. */
    private static ParquetReadOptions readOptions(FilePath path) {
        return new ParquetReadOptions.Builder(new PlainParquetConfiguration())
                .usePageChecksumVerification()
                .withCodecFactory(new ParquetCodecs(path))
                .build();
    }

    /** A whole row group is held in memory, so the size that the file declares is checked first. */
    private void requireReadable(List<BlockMetaData> groups) {
        for (BlockMetaData group : groups) {
            long bytes = 0;
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                if (columns.containsPath(chunk.getPath().toArray())) {
                    ParquetCodecs.requireSupported(chunk.getCodec(), file.path());
                    requireRows(chunk, group.getRowCount());
                    bytes += Math.max(chunk.getTotalSize(), chunk.getTotalUncompressedSize());
                    bytes += isRepeated(chunk) ? BYTES_OF_ENTRY * chunk.getValueCount() : 0;
                }
            }
            if (bytes > MAX_GROUP_BYTES) {
                throw new CorpusException("Corpus " + file.path() + " has a row group with " + bytes
                        + " bytes of text and lists; at most " + MAX_GROUP_BYTES
                        + " are read at once. Write smaller row groups.");
            }
        }
    }

    private boolean isRepeated(ColumnChunkMetaData chunk) {
        return columns.getColumnDescription(chunk.getPath().toArray()).getMaxRepetitionLevel() > 0;
    }

    /** A column that is not repeated has a value, or null, in every row. */
    private void requireRows(ColumnChunkMetaData chunk, long rows) {
        long values = chunk.getValueCount();
        boolean repeated =
                columns.getColumnDescription(chunk.getPath().toArray()).getMaxRepetitionLevel() > 0;
        if (!repeated && values != rows) {
            throw new CorpusException("Corpus " + file.path() + " is damaged: a row group has " + rows + " rows and "
                    + values + " values of a column. Write the file again.");
        }
    }

    /**
     * The library allocates the size in a page header, so a damaged header can exceed the heap. That allocation fails
     * as a whole and leaves the heap unchanged. The header of a page may be a structure so deep that the library's
     * recursion exhausts the stack: it only skips there, with classes that the footer has loaded, and what it holds is
     * this reader's own.
     */
    private RptException damaged(Throwable e) {
        if (e instanceof OperationCancelledException stopped) {
            return stopped;
        }
        if (e instanceof CorpusException known) {
            return known;
        }
        return new CorpusException(
                "Corpus " + file.path() + " cannot be read as Parquet after row " + row + ": " + e
                        + ". Check that the file is complete.",
                e);
    }

    private static void closeAfter(@Nullable ParquetFileReader opened, Throwable error) {
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            error.addSuppressed(e);
        }
    }
}
