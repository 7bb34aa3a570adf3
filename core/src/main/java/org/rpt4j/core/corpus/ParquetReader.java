package org.rpt4j.core.corpus;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Reads the text columns of a Parquet file, one row group at a time. The document's number is its row number. */
final class ParquetReader implements DocumentReader {

    private static final long MAX_GROUP_BYTES = 1L << 30;

    private final CorpusFile file;
    private final CorpusOptions options;
    private final BadLines badLines;
    private final ParquetFileReader reader;
    private final MessageType columns;
    private @Nullable RecordReader<Group> records;
    private long recordsLeft;
    private long row;

    ParquetReader(CorpusFile file, CorpusOptions options, BadLines badLines) {
        this.file = file;
        this.options = options;
        this.badLines = badLines;
        ParquetFileReader opened = null;
        try {
            ParquetFooter.require(file.path());
            opened = ParquetFileReader.open(blue.strategic.parquet.ParquetReader.makeInputFile(
                    file.path().toFile()));
            this.columns = columns(opened.getFileMetaData().getSchema());
            opened.setRequestedSchema(columns);
            requireBounded(opened.getRowGroups());
            this.reader = opened;
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            closeAfter(opened, e);
            throw e instanceof CorpusException known ? known : damaged(e);
        }
    }

    @Override
    public @Nullable Document read() {
        for (Group group = next(); group != null; group = next()) {
            row++;
            try {
                return options.join(file.id(row), parts(group));
            } catch (CorpusException e) {
                badLines.passOver(file, row, e);
            }
        }
        return null;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file.path() + " cannot be closed: " + e, e);
        }
    }

    private @Nullable Group next() {
        return OptionalLibrary.PARQUET.use(file.path(), this::nextGroup);
    }

    private @Nullable Group nextGroup() {
        try {
            while (recordsLeft == 0) {
                PageReadStore pages = reader.readNextRowGroup();
                if (pages == null) {
                    return null;
                }
                recordsLeft = pages.getRowCount();
                records = new ColumnIOFactory()
                        .getColumnIO(columns)
                        .getRecordReader(pages, new GroupRecordConverter(columns));
            }
            recordsLeft--;
            return records == null ? null : records.read();
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            throw damaged(e);
        }
    }

    private List<String> parts(Group group) {
        List<String> parts = new ArrayList<>();
        long bytes = 0;
        for (String field : options.textFields()) {
            if (group.getFieldRepetitionCount(field) == 0) {
                throw new CorpusException("Corpus " + place() + ": column \"" + field + "\" is null. Fill it in, or "
                        + "tolerate bad lines.");
            }
            byte[] content = group.getBinary(field, 0).getBytes();
            bytes += content.length;
            if (bytes > options.maxDocumentBytes()) {
                throw new CorpusException("Corpus " + place() + " is longer than " + options.maxDocumentBytes()
                        + " bytes. Split the document, or raise maxDocumentBytes.");
            }
            parts.add(decode(content, field));
        }
        return parts;
    }

    private String decode(byte[] content, String field) {
        try {
            return Line.decode(content);
        } catch (CharacterCodingException e) {
            throw new CorpusException("Corpus " + place() + ": column \"" + field + "\" is not valid UTF-8.", e);
        }
    }

    private MessageType columns(MessageType schema) {
        List<String> present = schema.getFields().stream().map(Type::getName).toList();
        List<Type> wanted = new ArrayList<>();
        for (String field : new LinkedHashSet<>(options.textFields())) {
            if (!schema.containsField(field)) {
                throw new CorpusException("Corpus " + file.path() + " has no column \"" + field + "\"; it has "
                        + present + ". Name the column that holds the text.");
            }
            Type type = schema.getType(field);
            if (!type.isPrimitive()
                    || type.isRepetition(Type.Repetition.REPEATED)
                    || type.asPrimitiveType().getPrimitiveTypeName() != PrimitiveTypeName.BINARY) {
                throw new CorpusException("Corpus " + file.path() + ": column \"" + field + "\" is \"" + type
                        + "\", not text. Choose another column among " + present + ".");
            }
            wanted.add(type);
        }
        return new MessageType(schema.getName(), wanted);
    }

    /** A whole row group is held in memory, so the size that the file declares is checked first. */
    private void requireBounded(List<BlockMetaData> groups) {
        for (BlockMetaData group : groups) {
            long bytes = 0;
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                if (columns.containsPath(chunk.getPath().toArray())) {
                    bytes += Math.max(chunk.getTotalSize(), chunk.getTotalUncompressedSize());
                }
            }
            if (bytes > MAX_GROUP_BYTES) {
                throw new CorpusException("Corpus " + file.path() + " has a row group with " + bytes
                        + " bytes of text; at most " + MAX_GROUP_BYTES
                        + " are read at once. Write smaller row groups.");
            }
        }
    }

    private String place() {
        return file.path() + ", row " + row;
    }

    /**
     * The library allocates the size in a page header, so a damaged header can exceed the heap. That allocation fails
     * as a whole and leaves the heap unchanged. The header of a page may be a structure so deep that the library's
     * recursion exhausts the stack: it only skips there, with classes that the footer has loaded, and what it holds is
     * this reader's own.
     */
    private CorpusException damaged(Throwable e) {
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
