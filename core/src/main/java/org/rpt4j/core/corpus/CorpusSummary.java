package org.rpt4j.core.corpus;

import java.util.List;
import org.rpt4j.core.dataset.CorpusFingerprint;

/**
 * Summary of one pass over a corpus.
 *
 * @param documents number of documents
 * @param fingerprint hash of the documents, see {@link CorpusFingerprint}
 * @param badLines lines that were skipped
 * @since 0.1.0
 */
public record CorpusSummary(long documents, String fingerprint, List<BadLine> badLines) {

    public CorpusSummary {
        badLines = List.copyOf(badLines);
    }

    /** One line to print, and one more for every bad line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(documents + " documents, " + fingerprint);
        for (BadLine bad : badLines) {
            text.append(System.lineSeparator()).append("skipped: ").append(bad.problem());
        }
        return text.toString();
    }

    /**
     * A line of a corpus that is not a valid document and was skipped, as {@link CorpusOptions#toleratedBadLines()} allows.
     *
     * @param file file name, as in the ids of its documents
     * @param line line number, or row number in Parquet, from 1
     * @param problem what is wrong with it
     * @since 0.1.0
     */
    public record BadLine(String file, long line, String problem) {}
}
