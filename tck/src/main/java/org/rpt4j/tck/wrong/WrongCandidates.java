package org.rpt4j.tck.wrong;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.tck.reference.ReferenceProxyScorer;
import org.rpt4j.tck.reference.Softmax;

/** Breaks the rules about candidates: S16 to S21; {@link WrongPadding} breaks S22. */
final class WrongCandidates {

    private WrongCandidates() {}

    static List<WrongTwin> all() {
        return List.of(
                ofRows("S16", "lists the worst candidate first", (row, truth) -> backwards(row)),
                ofRows("S16", "has no candidate for the token that follows", WrongCandidates::withoutTruth),
                ofRows("S17", "gives a softmax over the candidates", (row, truth) -> truncated(row)),
                ofScores("S17", "reads log-probabilities one position too late", WrongCandidates::late),
                ofRows("S18", "takes the higher id of equally probable ones", (row, truth) -> higherIds(row)),
                ofRows("S19", "keeps candidates in 16 bits", (row, truth) -> low16(row)),
                ofScores("S20", "measures the entropy of the candidates", WrongCandidates::entropyOfCandidates),
                ofScores(
                        "S20",
                        "always gives a candidate",
                        (right, sequences, options) ->
                                right.score(sequences, with(options, Math.max(1, options.candidates())))),
                ofScores(
                        "S20",
                        "gives no candidates",
                        (right, sequences, options) -> right.score(sequences, with(options, 0))),
                ofScores("S21", "gives as many candidates as there are", WrongCandidates::fewer));
    }

    private static ScoringOptions with(ScoringOptions options, int candidates) {
        return options.toBuilder().candidates(candidates).build();
    }

    private interface Scoring {
        List<TokenScores> score(ReferenceProxyScorer right, List<int[]> sequences, ScoringOptions options);
    }

    private static WrongTwin ofScores(String rule, String mistake, Scoring scoring) {
        return WrongTwin.ofScorer(rule, mistake, right -> new ForwardingScorer(right) {
            @Override
            public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
                return scoring.score(right, sequences, options);
            }
        });
    }

    private interface Change {
        /** Gets the candidates for a token, and that token. */
        List<Candidate> of(List<Candidate> row, int truth);
    }

    private static WrongTwin ofRows(String rule, String mistake, Change change) {
        return ofScores(rule, mistake, (right, sequences, options) -> {
            List<TokenScores> scores = right.score(sequences, options);
            return IntStream.range(0, scores.size())
                    .mapToObj(i -> changed(scores.get(i), sequences.get(i), change))
                    .toList();
        });
    }

    private static TokenScores changed(TokenScores scores, int[] tokens, Change change) {
        int k = scores.candidates();
        int[] ids = scores.topIds().clone();
        double[] logProbs = scores.topLogProbs().clone();
        for (int t = 1; t < tokens.length; t++) {
            List<Candidate> row = change.of(scores.candidates(t), tokens[t]);
            for (int rank = 0; rank < k; rank++) {
                ids[t * k + rank] = row.get(rank).token();
                logProbs[t * k + rank] = row.get(rank).logProb();
            }
        }
        return scores.withCandidates(ids, logProbs);
    }

    private static List<Candidate> backwards(List<Candidate> row) {
        List<Candidate> reversed = new ArrayList<>(row);
        Collections.reverse(reversed);
        return reversed;
    }

    /** The next one moves up, and the last one is there twice. */
    private static List<Candidate> withoutTruth(List<Candidate> row, int truth) {
        List<Candidate> others = new ArrayList<>(row);
        if (row.size() > 1 && others.removeIf(candidate -> candidate.token() == truth)) {
            others.add(others.get(others.size() - 1));
        }
        return others;
    }

    private static List<Candidate> truncated(List<Candidate> row) {
        double[] logProbs =
                Softmax.logProbs(row.stream().mapToDouble(Candidate::logProb).toArray(), 1);
        return IntStream.range(0, row.size())
                .mapToObj(rank -> new Candidate(row.get(rank).token(), logProbs[rank]))
                .toList();
    }

    private static List<TokenScores> late(ReferenceProxyScorer right, List<int[]> sequences, ScoringOptions options) {
        return right.score(sequences, options).stream()
                .map(scores -> {
                    int k = scores.candidates();
                    double[] late = scores.topLogProbs().clone();
                    System.arraycopy(scores.topLogProbs(), 0, late, k, late.length - k);
                    return scores.withCandidates(scores.topIds(), late);
                })
                .toList();
    }

    private static List<Candidate> higherIds(List<Candidate> row) {
        return row.stream()
                .sorted(Comparator.comparingDouble(Candidate::logProb)
                        .thenComparingInt(Candidate::token)
                        .reversed())
                .toList();
    }

    private static List<Candidate> low16(List<Candidate> row) {
        return row.stream()
                .map(candidate -> new Candidate(candidate.token() & 0xFFFF, candidate.logProb()))
                .toList();
    }

    private static List<TokenScores> entropyOfCandidates(
            ReferenceProxyScorer right, List<int[]> sequences, ScoringOptions options) {
        int k = options.candidates();
        return right.score(
                sequences, k == 0 ? options : options.toBuilder().topK(k).build());
    }

    private static List<TokenScores> fewer(ReferenceProxyScorer right, List<int[]> sequences, ScoringOptions options) {
        int most = right.description().vocabularySize();
        return right.score(sequences, with(options, Math.min(most, options.candidates())));
    }
}
