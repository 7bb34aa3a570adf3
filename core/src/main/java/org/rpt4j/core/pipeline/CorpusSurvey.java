package org.rpt4j.core.pipeline;

import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The result of the first of the two passes over a corpus.
 *
 * @param tokens number of tokens to score
 * @param summary summary of the corpus
 */
record CorpusSurvey(long tokens, CorpusSummary summary) {

    static CorpusSurvey of(Corpus corpus, int maxDocuments, Tokenizer tokenizer) {
        CorpusFingerprint fingerprint = new CorpusFingerprint();
        long tokens = 0;
        try (DocumentIterator documents = corpus.iterator()) {
            while (fingerprint.documents() < maxDocuments && documents.hasNext()) {
                Document document = documents.next();
                requireNotInterrupted(document);
                fingerprint.add(document);
                tokens += TokenizedDocument.of(document, tokenizer).length();
            }
            return new CorpusSurvey(
                    tokens, new CorpusSummary(fingerprint.documents(), fingerprint.value(), documents.badLines()));
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

    static void requireNotInterrupted(Document document) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("reading the corpus was interrupted at " + document.id());
        }
    }
}
