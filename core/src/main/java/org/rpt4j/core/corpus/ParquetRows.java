package org.rpt4j.core.corpus;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Reads the rows of a Parquet file with their lists and structures. */
final class ParquetRows implements FileReader<Row> {

    private final CorpusFile file;
    private final long limit;
    private final BadLines bad;
    private final ParquetGroups groups;
    private long bytes;

    ParquetRows(CorpusFile file, CorpusOptions options, RowLayout layout, BadLines bad) {
        this.file = file;
        this.limit = options.maxDocumentBytes();
        this.bad = bad;
        this.groups = new ParquetGroups(file, schema -> wanted(schema, layout, file));
    }

    @Override
    public @Nullable Row read() {
        for (Group group = groups.next(); group != null; group = groups.next()) {
            bytes = 0;
            try {
                return new Row(file.name(), groups.row(), groups.place(), fields(groups.columns(), group));
            } catch (CorpusException e) {
                bad.passOver(file, groups.row(), e);
            }
        }
        return null;
    }

    @Override
    public void close() {
        groups.close();
    }

    /** The columns that are read; a wanted one that is missing is missing in every row, and told there. */
    private static MessageType wanted(MessageType schema, RowLayout layout, CorpusFile file) {
        List<Type> columns = schema.getFields().stream()
                .filter(column -> layout.wants(column.getName()))
                .toList();
        if (columns.isEmpty()) {
            throw new CorpusException(
                    "Corpus " + file.path() + " has none of the columns " + layout.wanted() + "; it has "
                            + schema.getFields().stream().map(Type::getName).toList() + ". Name others.");
        }
        return new MessageType(schema.getName(), columns);
    }

    private Map<String, @Nullable Object> fields(GroupType type, Group group) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < type.getFieldCount(); i++) {
            fields.put(type.getFieldName(i), value(type.getType(i), group, i));
        }
        return Collections.unmodifiableMap(fields);
    }

    private @Nullable Object value(Type type, Group group, int field) {
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            List<@Nullable Object> entries = new ArrayList<>();
            for (int i = 0; i < group.getFieldRepetitionCount(field); i++) {
                entries.add(one(type, group, field, i));
            }
            return Collections.unmodifiableList(entries);
        }
        return group.getFieldRepetitionCount(field) == 0 ? null : one(type, group, field, 0);
    }

    private Object one(Type type, Group group, int field, int index) {
        if (type.isPrimitive()) {
            return primitive(type, group, field, index);
        }
        Group inner = group.getGroup(field, index);
        GroupType structure = type.asGroupType();
        boolean list = type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation;
        return list && structure.getFieldCount() == 1 ? list(structure.getType(0), inner) : fields(structure, inner);
    }

    /** The repeated field of a list has its entries, or has groups of one field that is an entry. */
    private List<@Nullable Object> list(Type repeated, Group inner) {
        List<@Nullable Object> entries = new ArrayList<>();
        boolean wrapped = !repeated.isPrimitive()
                && repeated.asGroupType().getFieldCount() == 1
                && !repeated.getName().equals("array")
                && !repeated.getName().endsWith("_tuple");
        for (int i = 0; i < inner.getFieldRepetitionCount(0); i++) {
            entries.add(
                    wrapped
                            ? value(repeated.asGroupType().getType(0), inner.getGroup(0, i), 0)
                            : one(repeated, inner, 0, i));
        }
        return Collections.unmodifiableList(entries);
    }

    private Object primitive(Type type, Group group, int field, int index) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        boolean decimal = logical instanceof LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
        int scale = decimal ? ((LogicalTypeAnnotation.DecimalLogicalTypeAnnotation) logical).getScale() : 0;
        return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> group.getBoolean(field, index);
            case INT32 -> whole(group.getInteger(field, index), decimal, scale);
            case INT64 -> whole(group.getLong(field, index), decimal, scale);
            case FLOAT -> group.getFloat(field, index);
            case DOUBLE -> group.getDouble(field, index);
            case BINARY -> {
                byte[] content = group.getBinary(field, index).getBytes();
                spend(content.length);
                yield decimal ? new BigDecimal(new BigInteger(content), scale) : groups.decode(content, type.getName());
            }
            case INT96, FIXED_LEN_BYTE_ARRAY ->
                throw new CorpusException("Corpus " + groups.place() + ": column \"" + type.getName() + "\" is \""
                        + type + "\", which is not read. Name the fields to read without it.");
        };
    }

    private static Number whole(long value, boolean decimal, int scale) {
        return decimal ? BigDecimal.valueOf(value, scale) : (Number) value;
    }

    private void spend(int length) {
        bytes += length;
        if (bytes > limit) {
            throw new CorpusException("Corpus " + groups.place() + " is longer than " + limit
                    + " bytes. Split the row, or raise maxDocumentBytes.");
        }
    }
}
