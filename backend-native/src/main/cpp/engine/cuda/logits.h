#pragma once

#include "launch.h"
#include "operations.h"

namespace rpt::cuda {

// Rows of logits, [count][vocabulary]. Everything is in the memory of the device, an element for each row.

/** z = -infinity for the ids from absent[2 i] to before absent[2 i + 1]. */
void hideAbsent(cudaStream_t stream, const Logits& logits, const int* absent, int pairs);

void logProbs(cudaStream_t stream, const Logits& logits, const int* tokens, double temperature, double* out,
              RowLoss* losses);

/** Ids that scores() needs beside its arguments. */
size_t scoresInts(const Logits& logits, const Wanted& wanted);

/** Entropy of the k largest, argmax, log-probability of the token, and the most probable tokens, best first. */
void scores(cudaStream_t stream, const Logits& logits, const int* tokens, const Wanted& wanted, Score* out,
            Candidate* top, int* scratch);

/** Draw i from row rows[i], for `count` draws. */
void sample(cudaStream_t stream, const Logits& logits, const int* rows, int count, const double* uniforms,
            double temperature, bool greedy, Draw* out);

/** In place of z its gradient in the sum of weights[i] times the log-probability of tokens[i]. */
void logProbsBackward(cudaStream_t stream, const Logits& logits, const int* tokens, double temperature,
                      const RowLoss* losses, const double* weights);

}  // namespace rpt::cuda
