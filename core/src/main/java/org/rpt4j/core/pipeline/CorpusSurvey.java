package org.rpt4j.core.pipeline;

import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.Shard;

/**
 * The result of the first of the two passes over a corpus, which only reads.
 *
 * @param bytes bytes of the texts that the shard scores, in UTF-8
 * @param summary summary of the whole corpus
 */
record CorpusSurvey(long bytes, CorpusSummary summary) {

    static CorpusSurvey of(Corpus corpus, int maxDocuments, Shard shard) {
        try (DocumentIterator documents = corpus.iterator()) {
            CorpusBlocks blocks = new CorpusBlocks(documents, maxDocuments, shard);
            long bytes = 0;
            for (CorpusBlocks.Block block = blocks.next(); block != null; block = blocks.next()) {
                bytes += block.bytes();
            }
            CorpusFingerprint read = blocks.fingerprint();
            return new CorpusSurvey(bytes, new CorpusSummary(read.documents(), read.value(), documents.badLines()));
        }
    }

    /** Checks that the second pass read the same corpus. */
    void requireSame(CorpusFingerprint second) {
        if (!second.value().equals(summary.fingerprint())) {
            throw new CorpusException("The corpus changed while it was being read: first it had "
                    + summary.documents() + " documents with " + summary.fingerprint() + ", then "
                    + second.documents() + " with " + second.value() + ". Run again.");
        }
    }
}
