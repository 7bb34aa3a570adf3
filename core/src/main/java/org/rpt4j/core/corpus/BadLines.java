package org.rpt4j.core.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.rpt4j.api.error.CorpusException;

/** The bad lines of one pass over all files, up to the tolerated number. */
final class BadLines {

    private static final int NAMED = 10;

    private final int tolerated;
    private final List<CorpusSummary.BadLine> passedOver = new ArrayList<>();

    BadLines(int tolerated) {
        this.tolerated = tolerated;
    }

    /**
     * Records and skips a bad line.
     *
     * @throws CorpusException if the tolerated number is already reached
     */
    void passOver(CorpusFile file, long line, CorpusException problem) {
        passOver(file.name(), line, problem);
    }

    /** The same by the name of the file in the ids. */
    void passOver(String file, long line, CorpusException problem) {
        if (passedOver.size() < tolerated) {
            passedOver.add(new CorpusSummary.BadLine(file, line, String.valueOf(problem.getMessage())));
            return;
        }
        if (tolerated == 0) {
            throw problem;
        }
        String places = passedOver.stream()
                .limit(NAMED)
                .map(bad -> bad.file() + ":" + bad.line())
                .collect(Collectors.joining(", "));
        throw new CorpusException(
                problem.getMessage() + " This is one more than the " + tolerated + " tolerated bad lines (" + places
                        + (tolerated > NAMED ? ", ..." : "") + ").",
                problem);
    }

    List<CorpusSummary.BadLine> passedOver() {
        return List.copyOf(passedOver);
    }
}
