package org.rpt4j.core.dataset;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.core.task.FilterStatistics;

/**
 * A line of a dataset: header, document or end.
 *
 * @param shard of a shard, with the header
 * @param number of a shard, with a document: its number in the corpus, from 0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record DatasetLine(
        @Nullable Shard shard,
        @Nullable DatasetHeader header,
        @Nullable Long number,
        @Nullable Body document,
        @Nullable End end) {

    static DatasetLine of(DatasetHeader header, Shard shard) {
        return new DatasetLine(shard.isWhole() ? null : shard, header, null, null, null);
    }

    static DatasetLine of(Body document, Shard shard, long number) {
        return new DatasetLine(null, null, shard.isWhole() ? null : number, document, null);
    }

    static DatasetLine of(End end) {
        return new DatasetLine(null, null, null, null, end);
    }

    /** A document. The context of a position is the tokens before it, its continuation the tokens from it on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
    static final class Body {

        private final String id;
        private final int[] tokens;
        private final int[] positions;
        private final double[] entropy;
        private final boolean[] argmaxHit;
        private final @Nullable CandidateColumns candidates;

        /**
         * @param id id of the document
         * @param tokens T token ids
         * @param positions [P] increasing
         * @param entropy [P] in nats
         * @param argmaxHit [P]
         * @param candidates of the P positions; null if there are none
         */
        Body(
                String id,
                int[] tokens,
                int[] positions,
                double[] entropy,
                boolean[] argmaxHit,
                @Nullable CandidateColumns candidates) {
            this.id = id;
            this.tokens = tokens;
            this.positions = positions;
            this.entropy = entropy;
            this.argmaxHit = argmaxHit;
            this.candidates = candidates;
        }

        /** [P] increasing. */
        int[] positions() {
            return positions;
        }

        static Body of(TaskDocument document, int[] tokens) {
            List<ScoredPosition> positions = document.positions();
            boolean[] hits = new boolean[positions.size()];
            for (int i = 0; i < hits.length; i++) {
                hits[i] = positions.get(i).argmaxHit();
            }
            return new Body(
                    document.id(),
                    tokens,
                    positions.stream().mapToInt(ScoredPosition::index).toArray(),
                    positions.stream().mapToDouble(ScoredPosition::entropy).toArray(),
                    hits,
                    CandidateColumns.of(positions));
        }

        TaskDocument document() {
            if (entropy.length != positions.length || argmaxHit.length != positions.length) {
                throw new IllegalArgumentException("document " + id + " has " + positions.length + " positions, "
                        + entropy.length + " entropies and " + argmaxHit.length + " hits");
            }
            List<List<Candidate>> rows =
                    candidates == null ? Collections.nCopies(positions.length, List.of()) : candidates.rows();
            List<ScoredPosition> selected = new ArrayList<>();
            for (int i = 0; i < positions.length; i++) {
                selected.add(new ScoredPosition(
                        TaskDocument.taskId(id, positions[i]), positions[i], entropy[i], argmaxHit[i], rows.get(i)));
            }
            return new TaskDocument(id, tokens, 0, selected);
        }

        /** Continues a checksum with all values of this document. */
        long checksumAfter(long state) {
            long sum = CounterRandom.bits(state, CounterRandom.bits(id), tokens.length, positions.length);
            for (int token : tokens) {
                sum = CounterRandom.bits(sum, token);
            }
            for (int i = 0; i < positions.length; i++) {
                sum = CounterRandom.bits(sum, positions[i], Double.doubleToLongBits(entropy[i]), argmaxHit[i] ? 1 : 0);
            }
            return candidates == null ? sum : candidates.checksumAfter(sum);
        }
    }

    /**
     * The last line; if it is missing, the file is truncated.
     *
     * @param documents number of lines before this one, without the header
     * @param tasks number of positions in those documents
     * @param checksum checksum of the header, of all their values and of the statistics, in hexadecimal digits
     * @param statistics statistics of the filter over the whole corpus
     */
    record End(long documents, long tasks, String checksum, FilterStatistics.Counts statistics) {}
}
