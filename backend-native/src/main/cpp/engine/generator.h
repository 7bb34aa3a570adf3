#pragma once

#include <memory>
#include <vector>

#include "decoder.h"
#include "head.h"

namespace rpt {

/**
 * A cache of keys and values in which sequences grow: nodes of a prefix tree, each with pages of its own. A prompt is a
 * node that its rollouts share; each rollout is a child of it. The memory for all pages is reserved at once, so a run
 * that begins does not fail for lack of it; the operating system commits pages as they are used.
 */
class Generator {
public:
    /** Room for that many pages, new rows at a time, and nodes. */
    Generator(Model& model, int pages, int maxRows, int maxNodes);

    static size_t bytes(const Model& model, const Kernels& kernels, int pages, int maxRows, int maxNodes);

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

    /** Draws the token after the last one of each node, see Head::sample; a node may occur more than once. */
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
