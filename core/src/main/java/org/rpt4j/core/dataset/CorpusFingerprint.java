package org.rpt4j.core.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.model.format.Sha256;

/**
 * A hash of a corpus: SHA-256 over id, first target and text of every document in order. Two corpora with the same
 * fingerprint produce the same tasks. It is computed incrementally, so any pass over the documents can compute it. Not
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class CorpusFingerprint {

    private static final int BLOCK_BYTES = 1 << 20;

    private final Sha256 hash = new Sha256();
    private final ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
    private long documents;
    private long bytes;

    /** Starts without documents. */
    public CorpusFingerprint() {}

    /** The fingerprint of a whole corpus, computed in a separate pass. */
    public static String of(Corpus corpus) {
        return of(corpus, Integer.MAX_VALUE);
    }

    /** The fingerprint of the first documents of a corpus, computed in a separate pass. */
    public static String of(Corpus corpus, int maxDocuments) {
        CorpusFingerprint fingerprint = new CorpusFingerprint();
        try (DocumentIterator documents = corpus.iterator()) {
            while (fingerprint.documents() < maxDocuments && documents.hasNext()) {
                fingerprint.add(documents.next());
            }
        }
        return fingerprint.value();
    }

    /** Adds the next document. */
    public void add(Document document) {
        documents++;
        add(document.id());
        add(document.targetsFrom());
        bytes += add(document.text());
    }

    /** Number of documents so far. */
    public long documents() {
        return documents;
    }

    /** Number of bytes of their texts in UTF-8. */
    public long bytes() {
        return bytes;
    }

    /** The fingerprint of the documents so far: {@code sha256:} and 64 hexadecimal digits. */
    public String value() {
        return "sha256:" + hash.hexSoFar();
    }

    private int add(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        add(encoded.length);
        for (int start = 0; start < encoded.length; start += BLOCK_BYTES) {
            requireNotInterrupted();
            hash.add(encoded, start, Math.min(BLOCK_BYTES, encoded.length - start));
        }
        return encoded.length;
    }

    private static void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("Reading the corpus was interrupted.");
        }
    }

    private void add(int value) {
        hash.add(number.putInt(0, value).array());
    }
}
