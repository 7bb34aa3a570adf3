#pragma once

#include <vector>

#include "config.h"

namespace rpt {

/**
 * A run of new tokens that continues a run of earlier ones. A segment attends to all of its parent, of its parent's
 * parent and so on, and to itself up to the present. A prompt is a segment, its completions are children of it; a trunk
 * that prompts share is their parent.
 */
struct Segment {
    int parent;              // index of an earlier segment, or -1
    int start;               // first row of the new tokens
    int length;              // number of new tokens; 0 for a prefix that is only read
    int past;                // tokens of this segment that its pages hold already
    int position;            // position of its first token, those of the past included
    std::vector<int> pages;  // one for every Kernels::panel tokens

    int total() const { return past + length; }
};

/**
 * Rows of tokens in the order of their segments. Children follow their parent, depth first, so that the rows that see a
 * segment are those from its first to the end of its subtree.
 */
struct Batch {
    std::vector<int> tokens;
    std::vector<Segment> segments;

    int rows() const { return static_cast<int>(tokens.size()); }

    /**
     * Adds a segment of tokens that are there already, and nothing before them in pages; returns its index. Throws
     * std::invalid_argument if the parent is not an earlier segment or the rows are not in the batch.
     */
    int add(int parent, int start, int length);
};

/** Rows whose next tokens are known. */
struct Targets {
    std::vector<int> rows;    // row of the batch that predicts the token
    std::vector<int> tokens;  // the token

    int count() const { return static_cast<int>(rows.size()); }
};

/** Throws std::invalid_argument, naming what is out of range, unless a model of that shape can run over the batch. */
void validate(const Config& config, const Batch& batch, const Targets& targets);

}  // namespace rpt
