package org.rpt4j.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.pipeline.CorpusDivision;

/** Reads a part of a corpus on an executor. */
final class ReadPart implements FlatMapFunction<byte[], Row> {

    static final StructType DOCUMENT =
            new StructType().add("id", DataTypes.StringType, false).add("text", DataTypes.StringType, false);

    private static final long serialVersionUID = 1;

    private final byte[] corpus;

    ReadPart(FileCorpus corpus) {
        WireWriter wire = new WireWriter();
        CorpusWire.write(wire, corpus);
        this.corpus = wire.bytes();
    }

    /** @param item as {@link ScorePart#items} writes it */
    @Override
    public Iterator<Row> call(byte[] item) {
        CorpusDivision.Part part = ScorePart.part(new WireReader(item));
        DocumentIterator documents = CorpusWire.corpus(new WireReader(corpus)).iterator(part.begin());
        // A job that needs few rows, such as one with a limit, leaves the rest unread.
        TaskCompletionListener close = task -> documents.close();
        TaskContext.get().addTaskCompletionListener(close);
        return new Iterator<>() {
            private long left = part.documents();

            @Override
            public boolean hasNext() {
                return left > 0 && documents.hasNext();
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no document is left in part " + part.number());
                }
                left--;
                Document document = documents.next();
                return RowFactory.create(document.id(), document.text());
            }
        };
    }
}
