package org.rpt4j.spark;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.rpt4j.core.corpus.Document;

/** Scores the rows of a partition, some 256 KiB of text at a time. */
final class ScoreRows implements MapPartitionsFunction<Row, Row> {

    static final StructType SCORES = new StructType()
            .add("id", DataTypes.StringType, false)
            .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
            .add("entropy", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
            .add("argmax", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
            .add("log_prob", DataTypes.createArrayType(DataTypes.DoubleType, false), false);

    static final StructType HARD = new StructType()
            .add("id", DataTypes.StringType, false)
            .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
            .add("positions", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
            .add("entropy", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
            .add("argmax_hit", DataTypes.createArrayType(DataTypes.BooleanType, false), false);

    private static final long serialVersionUID = 1;

    private static final int BLOCK_BYTES = 1 << 18;
    private static final int BYTES_PER_DOCUMENT = 64;

    private final byte[] call;
    private final boolean selects;
    private final String fingerprint;

    /**
     * @param call bytes of a {@link Call} of {@link ScoreDocuments}
     * @param fingerprint of the executors; empty if they may differ
     */
    ScoreRows(byte[] call, boolean selects, String fingerprint) {
        this.call = call;
        this.selects = selects;
        this.fingerprint = fingerprint;
    }

    /** @param rows with an id and a text */
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Iterator<>() {
            private final Deque<Row> scored = new ArrayDeque<>();

            @Override
            public boolean hasNext() {
                while (scored.isEmpty() && rows.hasNext()) {
                    scored.addAll(score(block(rows)));
                }
                return !scored.isEmpty();
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no row is left");
                }
                return scored.remove();
            }
        };
    }

    private static List<Document> block(Iterator<Row> rows) {
        List<Document> documents = new ArrayList<>();
        long bytes = 0;
        while (bytes < BLOCK_BYTES && rows.hasNext()) {
            Row row = rows.next();
            if (row.isNullAt(0) || row.isNullAt(1)) {
                throw new IllegalArgumentException("a row has no " + (row.isNullAt(0) ? "id" : "text, id " + row.get(0))
                        + ". Leave such rows out.");
            }
            documents.add(new Document(row.getString(0), row.getString(1)));
            bytes += BYTES_PER_DOCUMENT + row.getString(1).getBytes(StandardCharsets.UTF_8).length;
        }
        return documents;
    }

    private List<Row> score(List<Document> documents) {
        Computed computed =
                ExecutorModels.HERE.answer(Call.read(call), new WireReader(ScoreDocuments.items(documents)));
        if (!fingerprint.isEmpty()) {
            Fingerprint.requireSame("this executor", computed.fingerprint(), "another", fingerprint);
        }
        WireReader answers = new WireReader(computed.answers());
        List<Row> rows = new ArrayList<>();
        while (answers.flag()) {
            rows.add(selects ? row(ScoreDocuments.hard(answers)) : row(ScoreDocuments.scores(answers)));
        }
        return rows;
    }

    private static Row row(ScoreDocuments.Scores document) {
        return RowFactory.create(
                document.id(),
                document.tokens().toArray(),
                document.entropy().toArray(),
                document.argmax().toArray(),
                document.logProb().toArray());
    }

    private static Row row(ScoreDocuments.Hard document) {
        return RowFactory.create(
                document.id(),
                document.tokens().toArray(),
                document.positions().toArray(),
                document.entropy().toArray(),
                document.argmaxHit().toArray());
    }
}
