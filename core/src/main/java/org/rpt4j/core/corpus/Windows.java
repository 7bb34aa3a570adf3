package org.rpt4j.core.corpus;

import org.rpt4j.api.error.CorpusException;

/** The memory that decompression holds: the text that later parts of a file may repeat. */
final class Windows {

    private Windows() {}

    /** What to do about a file that needs more memory than the options allow. */
    static CorpusException tooLarge(FilePath file, String what, long bytes, int maxWindowLog, Throwable cause) {
        int needed = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, bytes - 1));
        int most = CorpusOptions.HIGHEST_WINDOW_LOG;
        return new CorpusException(
                "Corpus " + file + " needs " + what + " " + bytes + " bytes to be decompressed; corpus."
                        + CorpusOptions.MAX_WINDOW_LOG.name() + " " + maxWindowLog + " allows " + (1L << maxWindowLog)
                        + ". "
                        + (needed <= most
                                ? "Set it to " + needed + ", or compress the file again with a smaller one."
                                : "At most " + most + " is possible: compress the file again with a smaller one."),
                cause);
    }
}
