package org.rpt4j.core.corpus;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Reads the text columns of a Parquet file as documents. The document's number is its row number. */
final class ParquetReader implements DocumentReader {

    private final CorpusFile file;
    private final CorpusOptions options;
    private final BadLines badLines;
    private final ParquetGroups groups;

    ParquetReader(CorpusFile file, CorpusOptions options, BadLines badLines) {
        this.file = file;
        this.options = options;
        this.badLines = badLines;
        this.groups = new ParquetGroups(file, schema -> textColumns(schema, file, options));
    }

    @Override
    public @Nullable Document read() {
        for (Group group = groups.next(); group != null; group = groups.next()) {
            try {
                return options.join(file.id(groups.row()), parts(group));
            } catch (CorpusException e) {
                badLines.passOver(file, groups.row(), e);
            }
        }
        return null;
    }

    @Override
    public void skipTo(CorpusPlace place) {
        groups.skip(place.number());
    }

    @Override
    public CorpusPlace place(int index) {
        return new CorpusPlace(index, 0, groups.row(), 0);
    }

    @Override
    public void close() {
        groups.close();
    }

    private List<String> parts(Group group) {
        List<String> parts = new ArrayList<>();
        long bytes = 0;
        for (String field : options.textFields()) {
            if (group.getFieldRepetitionCount(field) == 0) {
                throw new CorpusException("Corpus " + groups.place() + ": column \"" + field
                        + "\" is null. Fill it in, or " + "tolerate bad lines.");
            }
            byte[] content = group.getBinary(field, 0).getBytes();
            bytes += content.length;
            if (bytes > options.maxDocumentBytes()) {
                throw new CorpusException("Corpus " + groups.place() + " is longer than " + options.maxDocumentBytes()
                        + " bytes. Split the document, or raise maxDocumentBytes.");
            }
            parts.add(groups.decode(content, field));
        }
        return parts;
    }

    private static MessageType textColumns(MessageType schema, CorpusFile file, CorpusOptions options) {
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
}
