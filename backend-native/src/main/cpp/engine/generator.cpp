#include "generator.h"

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "errors.h"

namespace rpt {

size_t Generator::bytes(Model& model, int pages, int maxRows, int maxNodes) {
    require(pages >= 0 && maxRows > 0 && maxNodes > 0, [&] {
        return "a generator of " + std::to_string(pages) + " pages, " + std::to_string(maxRows) + " rows and "
               + std::to_string(maxNodes) + " nodes; it needs at least 0, 1 and 1";
    });
    const Config& c = model.config();
    const Operations& operations = model.operations();
    Bytes rows(maxRows), nodes(maxNodes);
    return Bytes(operations.missingBytes(c, maxRows))
           + Bytes(Pages::pageBytes(c, operations, Pages::Keep::EVERY_LAYER)) * Bytes(pages)
           + Bytes(DecoderWorkspace::bytes(c, maxRows))
           + Bytes(LayerActivations::floatsPerRow(c) + 2 * size_t(c.hidden)) * rows * Bytes(sizeof(float))
           + Bytes(Head::bytes(c, maxRows)) + nodes * Bytes(c.hidden) * Bytes(sizeof(float));
}

Generator::Generator(Model& model, Weights weights, int pages, int maxRows, int maxNodes)
    : model_(model), weights_(weights), maxRows_(maxRows), head_(model, weights.rounded) {
    const Config& c = model.config();
    Operations& operations = model.operations();
    Budget& budget = operations.budget();
    model.packed(weights.rounded);
    budget.require(
        bytes(model, pages, maxRows, maxNodes), 0,
        "a run with a cache of " + std::to_string(size_t(pages) * operations.pageShape(c).tokens) + " tokens");
    pages_.reserve(c, operations, pages, Pages::Keep::EVERY_LAYER, "the cache of keys and values");
    operations.reserve(c, maxRows);
    workspace_.reserve(c, budget, maxRows);
    activations_.allocate(budget, LayerActivations::floatsPerRow(c) * maxRows * sizeof(float), "activations");
    streams_.allocate(budget, 2 * size_t(c.hidden) * maxRows * sizeof(float), "activations");
    lasts_.allocate(budget, size_t(maxNodes) * c.hidden * sizeof(float), "activations");
    nodes_.resize(maxNodes);
    for (int page = pages; page-- > 0;) freePages_.push_back(page);
}

void Generator::requireNode(const char* name, int node) const {
    require(node >= 0 && node < static_cast<int>(nodes_.size()) && nodes_[node].used,
            [&] { return std::string(name) + " " + std::to_string(node) + " is not in the cache"; });
}

int Generator::add(int parent) {
    if (parent != -1) requireNode("parent", parent);
    size_t node = 0;
    while (node < nodes_.size() && nodes_[node].used) node++;
    if (node == nodes_.size()) throw std::logic_error("all nodes of the generator are in use");
    nodes_[node] = Node{};
    nodes_[node].used = true;
    nodes_[node].parent = parent;
    nodes_[node].position = parent < 0 ? 0 : nodes_[parent].position + nodes_[parent].length;
    return static_cast<int>(node);
}

void Generator::remove(int node) {
    requireNode("node", node);
    freePages_.insert(freePages_.end(), nodes_[node].pages.begin(), nodes_[node].pages.end());
    nodes_[node] = Node{};
}

int Generator::segmentOf(int node, Batch& batch, std::vector<int>& segments) {
    if (node < 0) return -1;
    if (segments[node] < 0) {
        int parent = segmentOf(nodes_[node].parent, batch, segments);
        segments[node] = static_cast<int>(batch.segments.size());
        batch.segments.push_back(
            {parent, batch.rows(), 0, nodes_[node].length, nodes_[node].position, nodes_[node].pages});
    }
    return segments[node];
}

Batch Generator::batchOf(const std::vector<int>& nodes, const std::vector<int>& counts, std::vector<int> tokens) {
    Batch batch;
    std::vector<int> segments(nodes_.size(), -1);
    int start = 0;
    for (size_t i = 0; i < nodes.size(); i++) {
        Node& node = nodes_[nodes[i]];
        if (node.length == 0 && node.parent >= 0)
            node.position = nodes_[node.parent].position + nodes_[node.parent].length;
        while (static_cast<int>(node.pages.size()) * pages_.tokensPerPage() < node.length + counts[i]) {
            if (freePages_.empty()) throw std::logic_error("the cache of keys and values is full");
            node.pages.push_back(freePages_.back());
            freePages_.pop_back();
        }
        Segment& segment = batch.segments[segmentOf(nodes[i], batch, segments)];
        segment.start = start;
        segment.length = counts[i];
        start += counts[i];
        node.length += counts[i];
    }
    batch.tokens = std::move(tokens);
    return batch;
}

void Generator::append(const std::vector<int>& nodes, const std::vector<int>& counts, std::vector<int> tokens,
                       const CancelCheck& cancelled) {
    requireSame("counts", counts.size(), "nodes", nodes.size());
    std::vector<int64_t> lengths;
    for (const Node& node : nodes_) lengths.push_back(node.length);
    int64_t sum = 0;
    for (size_t i = 0; i < nodes.size(); i++) {
        requireNode("node", nodes[i]);
        require(counts[i] > 0, [&] {
            return "counts[" + std::to_string(i) + "] is " + std::to_string(counts[i]) + ", must be at least 1";
        });
        lengths[nodes[i]] += counts[i];
        int64_t end = 0;
        for (int node = nodes[i]; node >= 0; node = nodes_[node].parent) end += lengths[node];
        require(end <= model_.config().context, [&] {
            return "counts[" + std::to_string(i) + "] is " + std::to_string(counts[i]) + ", which ends at position "
                   + std::to_string(end) + ", beyond the context window of " + std::to_string(model_.config().context);
        });
        sum += counts[i];
    }
    for (size_t i = 0; i < tokens.size(); i++)
        require(tokens[i] >= 0 && tokens[i] < model_.config().vocabulary, [&] {
            return "tokens[" + std::to_string(i) + "] is " + std::to_string(tokens[i])
                   + ", must be 0 or more and less than the vocabulary, which is "
                   + std::to_string(model_.config().vocabulary);
        });
    requireSame("tokens", tokens.size(), "the sum of counts", static_cast<size_t>(sum));
    if (static_cast<int>(tokens.size()) > maxRows_) throw std::logic_error("more rows than the generator has room for");
    const Config& c = model_.config();
    Batch batch = batchOf(nodes, counts, std::move(tokens));
    int rows = batch.rows();
    LayerActivations activations;
    activations.place(c, rows, activations_.as<float>());
    float* input = streams_.as<float>();
    float* output = input + size_t(c.hidden) * maxRows_;
    float* last = Decoder(model_, weights_, batch, pages_, workspace_).run(activations, input, output, cancelled);
    std::vector<int> lastRows;
    for (int count : counts) lastRows.push_back((lastRows.empty() ? -1 : lastRows.back()) + count);
    model_.operations().copyRows({last, c.hidden, lastRows.data()}, {lasts_.as<float>(), c.hidden, nodes.data()},
                                 static_cast<int>(nodes.size()), c.hidden);
}

void Generator::sample(const std::vector<int>& nodes, const std::vector<double>& uniforms, double temperature,
                       bool greedy, Draw* out) {
    requireSame("uniforms", uniforms.size(), "nodes", nodes.size());
    for (int node : nodes) requireNode("node", node);
    require(greedy || (std::isfinite(temperature) && temperature > 0),
            [&] { return "temperature is " + std::to_string(temperature) + ", must be positive and finite"; });
    head_.sample(lasts_.as<float>(), nodes, uniforms.data(), temperature, greedy, out);
}

}  // namespace rpt
