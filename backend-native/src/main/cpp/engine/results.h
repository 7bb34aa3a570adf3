#pragma once

namespace rpt {

/** log softmax(z / temperature)[token] = (z[token] - max) / temperature - logSum. */
struct RowLoss {
    float max;
    double logSum;
};

/** What of every row is wanted beside argmax and log-probability. */
struct Wanted {
    /** Number of largest logits of the entropy. */
    int k;
    bool renormalise;
    /** Number of most probable tokens; 0 costs nothing. */
    int candidates;
};

/** Scores of one position, as org.rpt4j.api.TokenScores has them. */
struct Score {
    double entropy;
    int argmax;
    double logProb;
};

/** A token that may come next, and its log-probability under the full softmax. */
struct Candidate {
    int token;
    double logProb;
};

/** One draw from a row of logits. */
struct Draw {
    int token;
    double logProb;
};

}  // namespace rpt
