#pragma once

#include <vector>

#include "decoder.h"
#include "head.h"
#include "pages.h"

namespace rpt {

/**
 * The KV cache of one text that grows and is cut off again. Memory for keys and values doubles as the text grows, and
 * stays until the end; what is cut off makes room for what comes next.
 */
class Session {
public:
    Session(Model& model, Weights weights) : model_(model), weights_(weights), head_(model, weights.rounded) {}

    int length() const { return length_; }
    int vocabulary() const { return model_.config().vocabulary; }

    /** Computes at least one token after those in the cache; if it fails, the cache is as it was. */
    void append(std::vector<int> tokens, const CancelCheck& cancelled);

    /** Writes the logits after the last token that was appended, [V], -infinity where no token has the id. */
    void logits(float* out);

    /** Keeps the first tokens; their last logits are lost. */
    void truncate(int length);

private:
    void reserve(int tokens, int rows);

    Model& model_;
    Weights weights_;
    Head head_;
    Pages pages_;
    int pageCount_ = 0;
    DecoderWorkspace workspace_;
    Block activations_;
    Block streams_;
    Block last_;  // residual stream after the last token, [hidden]
    int length_ = 0;
    bool hasLast_ = false;
};

}  // namespace rpt
