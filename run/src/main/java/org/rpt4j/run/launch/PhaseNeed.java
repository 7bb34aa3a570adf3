package org.rpt4j.run.launch;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one phase of a run needs of the machine. All numbers are bytes.
 *
 * @param name of the phase
 * @param kept what it needs whatever the lengths of prompts and completions
 * @param peak what it needs if they all have their full length
 * @param available what the machine, the container or the backend's own limit leaves
 * @param uses the peak by its uses, in words
 * @param keptUses the same of what is kept
 * @param advice what lowers the peak
 * @param adviceKept what lowers what is kept
 */
record PhaseNeed(
        String name,
        long kept,
        long peak,
        long available,
        Map<String, Long> uses,
        Map<String, Long> keptUses,
        String advice,
        String adviceKept) {

    /** Whether a phase fits. */
    enum Verdict {
        FITS("fits"),
        /** Only if prompts and completions stay below their full length. */
        MAY_NOT_FIT("may not fit"),
        DOES_NOT_FIT("does not fit");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private static final int SHOWN = 2;

    PhaseNeed {
        uses = Map.copyOf(uses);
        keptUses = Map.copyOf(keptUses);
    }

    /** A need that does not depend on lengths. */
    static PhaseNeed fixed(String name, long bytes, long available, String what, String advice) {
        Map<String, Long> use = Map.of(what, bytes);
        return new PhaseNeed(name, bytes, bytes, available, use, use, advice, advice);
    }

    Verdict verdict() {
        if (peak <= available) {
            return Verdict.FITS;
        }
        return kept <= available ? Verdict.MAY_NOT_FIT : Verdict.DOES_NOT_FIT;
    }

    /** Bytes by which the peak exceeds what is available. */
    long excess() {
        return Math.max(0, peak - available);
    }

    /** The largest uses of the peak. */
    String largest() {
        return largest(uses);
    }

    /** The largest uses of what is kept. */
    String largestKept() {
        return largest(keptUses);
    }

    private static String largest(Map<String, Long> uses) {
        return uses.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .map(use -> use.getKey() + " " + mebibytes(use.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** A number of bytes for people, rounded up. */
    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MiB", (bytes + (1 << 20) - 1) >> 20);
    }
}
