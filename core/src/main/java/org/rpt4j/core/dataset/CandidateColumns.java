package org.rpt4j.core.dataset;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.model.format.JsonFields;

/** The candidates of all positions of a document, one after the other. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
final class CandidateColumns {

    /** Number of candidates of each position, [P]. */
    private final int[] counts;

    private final int[] ids;
    private final double[] logProbs;

    private CandidateColumns(int[] counts, int[] ids, double[] logProbs) {
        this.counts = counts;
        this.ids = ids;
        this.logProbs = logProbs;
    }

    /** The candidates of positions; null if there are none at all, which leaves them out of the file. */
    static @Nullable CandidateColumns of(List<ScoredPosition> positions) {
        List<Candidate> all =
                positions.stream().flatMap(each -> each.candidates().stream()).toList();
        return all.isEmpty()
                ? null
                : new CandidateColumns(
                        positions.stream()
                                .mapToInt(each -> each.candidates().size())
                                .toArray(),
                        all.stream().mapToInt(Candidate::token).toArray(),
                        all.stream().mapToDouble(Candidate::logProb).toArray());
    }

    /**
     * Reads them.
     *
     * @param positions number of positions
     * @param vocabulary number of token ids
     */
    static CandidateColumns of(JsonFields json, int positions, int vocabulary) {
        int[] counts = json.integers("counts", 0);
        int[] ids = json.integers("ids", 0);
        double[] logProbs = json.numbers("log_probs");
        long sum = Arrays.stream(counts).asLongStream().sum();
        if (counts.length != positions || sum != ids.length || sum != logProbs.length) {
            throw json.refuse("there are " + counts.length + " counts with a sum of " + sum + ", " + ids.length
                    + " ids and " + logProbs.length + " log_probs for " + positions + " positions");
        }
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] >= vocabulary) {
                throw json.refuse("ids[" + i + "] is " + ids[i] + ", but the vocabulary of the header has " + vocabulary
                        + " ids");
            }
        }
        return new CandidateColumns(counts, ids, logProbs);
    }

    /** The candidates of each position, in order. */
    List<List<Candidate>> rows() {
        int[] ends = counts.clone();
        Arrays.parallelPrefix(ends, Integer::sum);
        return IntStream.range(0, counts.length)
                .mapToObj(i -> IntStream.range(ends[i] - counts[i], ends[i])
                        .mapToObj(at -> new Candidate(ids[at], logProbs[at]))
                        .toList())
                .toList();
    }

    /** Continues a checksum with all values. */
    long checksumAfter(long state) {
        long sum = state;
        for (int count : counts) {
            sum = CounterRandom.bits(sum, count);
        }
        for (int i = 0; i < ids.length; i++) {
            sum = CounterRandom.bits(sum, ids[i], Double.doubleToLongBits(logProbs[i]));
        }
        return sum;
    }
}
