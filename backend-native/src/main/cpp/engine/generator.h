#pragma once

#include <memory>
#include <vector>

#include "decoder.h"
#include "head.h"
#include "pages.h"

namespace rpt {

/**
 * A KV cache for growing sequences: a prefix tree whose nodes have their own pages. A prompt is a node and each of its
 * rollouts is a child. The constructor reserves memory for all pages, so a run that has started never runs out of it;
 * the operating system commits pages when they are first used.
 */
class Generator {
public:
    /** Reserves so many pages, rows per pass, and nodes; samples from these weights. */
    Generator(Model& model, Weights weights, int pages, int maxRows, int maxNodes);

    static size_t bytes(Model& model, int pages, int maxRows, int maxNodes);

    /** Adds an empty node below another, -1 for a root; returns its number. */
    int add(int parent);
    /** Frees a node's pages; it must have no children. */
    void remove(int node);

    /**
     * Appends tokens to nodes, node i getting counts[i] > 0 of `tokens`. Nodes must not repeat, and a node comes after
     * its parent. The residual stream of each node's last token is kept for sample().
     */
    void append(const std::vector<int>& nodes, const std::vector<int>& counts, std::vector<int> tokens,
                const CancelCheck& cancelled);

    /** Draws the next token of each node, see Head::sample; a node may occur more than once. */
    void sample(const std::vector<int>& nodes, const std::vector<double>& uniforms, double temperature, bool greedy,
                Draw* out);

private:
    struct Node {
        int parent = -1;
        int position = 0;
        int length = 0;
        bool used = false;
        std::vector<int> pages;
    };

    void requireNode(const char* name, int node) const;
    Batch batchOf(const std::vector<int>& nodes, const std::vector<int>& counts, std::vector<int> tokens);
    int segmentOf(int node, Batch& batch, std::vector<int>& segments);

    Model& model_;
    Weights weights_;
    int maxRows_;
    Pages pages_;
    DecoderWorkspace workspace_;
    Head head_;
    Block activations_;
    Block streams_;
    Block lasts_;  // residual stream after the last token of each node, [nodes][hidden]
    std::vector<Node> nodes_;
    std::vector<int> freePages_;
};

}  // namespace rpt
