package org.rpt4j.spark;

/** What a call to a model gave. */
final class Computed {

    private final String fingerprint;
    private final long nanos;
    private final byte[] answers;

    /**
     * Wraps the bytes without copying them.
     *
     * @param fingerprint what their bits depend on
     * @param nanos time of the call alone
     * @param answers as the operation wrote them
     */
    Computed(String fingerprint, long nanos, byte[] answers) {
        this.fingerprint = fingerprint;
        this.nanos = nanos;
        this.answers = answers;
    }

    String fingerprint() {
        return fingerprint;
    }

    long nanos() {
        return nanos;
    }

    byte[] answers() {
        return answers;
    }
}
