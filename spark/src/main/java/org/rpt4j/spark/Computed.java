package org.rpt4j.spark;

/** What a call to a model gave. */
final class Computed {

    private final String fingerprint;
    private final long nanos;
    private final long fetchedBytes;
    private final byte[] answers;

    /**
     * Wraps the bytes without copying them.
     *
     * @param fingerprint what their bits depend on
     * @param nanos time of the call alone
     * @param fetchedBytes of files that were fetched for it
     * @param answers as the operation wrote them
     */
    Computed(String fingerprint, long nanos, long fetchedBytes, byte[] answers) {
        this.fingerprint = fingerprint;
        this.nanos = nanos;
        this.fetchedBytes = fetchedBytes;
        this.answers = answers;
    }

    String fingerprint() {
        return fingerprint;
    }

    long nanos() {
        return nanos;
    }

    long fetchedBytes() {
        return fetchedBytes;
    }

    byte[] answers() {
        return answers;
    }
}
