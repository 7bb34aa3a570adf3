package org.rpt4j.spark;

import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.pipeline.CorpusDivision;

/**
 * Reads a corpus once, on one executor: its fingerprint is a hash over all documents in order.
 *
 * @param corpus files that the executor can open
 * @param maxDocuments number of documents to read at most
 * @param blocksPerPart as in {@link CorpusDivision#of}
 */
record DivideCorpus(FileCorpus corpus, long maxDocuments, int blocksPerPart) implements Operation {

    static final String KIND = "divide-corpus";

    @Override
    public void write(WireWriter to) {
        to.text(KIND);
        CorpusWire.write(to, corpus);
        to.wholeLong(maxDocuments).whole(blocksPerPart);
    }

    static DivideCorpus read(WireReader from) {
        return new DivideCorpus(CorpusWire.corpus(from), from.wholeLong(), from.whole());
    }

    @Override
    public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
        CorpusWire.write(answers, CorpusDivision.of(corpus, maxDocuments, blocksPerPart));
    }
}
