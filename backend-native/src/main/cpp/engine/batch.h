#pragma once

#include <vector>

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
};

}  // namespace rpt
