package org.rpt4j.core.corpus;

import java.util.List;

/**
 * What was read of a corpus.
 *
 * @param documents number of documents
 * @param fingerprint what they say, as of {@link CorpusFingerprint}
 * @param badLines what was passed over
 */
public record CorpusSummary(long documents, String fingerprint, List<BadLine> badLines) {

    public CorpusSummary {
        badLines = List.copyOf(badLines);
    }

    /** A line to print, and one more for every bad line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(documents + " documents, " + fingerprint);
        for (BadLine bad : badLines) {
            text.append(System.lineSeparator()).append("passed over: ").append(bad.problem());
        }
        return text.toString();
    }
}
