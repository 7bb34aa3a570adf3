#pragma once

#include <vector>

#include "config.h"

namespace rpt {

/**
 * Consecutive new tokens that continue earlier ones. A token attends to all ancestors of its segment, and to its own
 * segment up to itself. A prompt is a segment and its completions are its children; a trunk that prompts share is their
 * parent.
 */
struct Segment {
    int parent;              // index of an earlier segment, or -1
    int start;               // first row of the new tokens
    int length;              // number of new tokens; 0 for a prefix that is only read
    int past;                // tokens of this segment that its pages hold already
    int position;            // position of its first token, past ones included
    std::vector<int> pages;  // one for every Kernels::panel tokens

    int total() const { return past + length; }
};

/**
 * Tokens in the order of their segments, depth first: the rows that see a segment run from its first row to the end of
 * its subtree.
 */
struct Batch {
    std::vector<int> tokens;
    std::vector<Segment> segments;

    int rows() const { return static_cast<int>(tokens.size()); }

    /**
     * Adds a segment over rows that `tokens` already has, with no past; returns its index. Throws
     * std::invalid_argument if the parent is not an earlier segment or the rows are not in the batch.
     */
    int add(int parent, int start, int length);
};

/** Position of every row. */
std::vector<int> positionsOf(const Batch& batch);

/** Rows whose next token is known. */
struct Targets {
    std::vector<int> rows;    // row of the batch that predicts the token
    std::vector<int> tokens;  // the token

    int count() const { return static_cast<int>(rows.size()); }
};

/** Throws std::invalid_argument, naming what is out of range, unless a model of that shape can run over the batch. */
void validate(const Config& config, const Batch& batch, const Targets& targets);

}  // namespace rpt
