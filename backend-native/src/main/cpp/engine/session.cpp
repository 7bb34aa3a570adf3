#include "session.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "errors.h"

namespace rpt {

void Session::reserve(int tokens, int rows) {
    const Config& c = model_.config();
    Operations& operations = model_.operations();
    Budget& budget = operations.budget();
    int perPage = operations.pageShape(c).tokens;
    auto pagesOf = [&](int count) { return (count + perPage - 1) / perPage; };
    int needed = pagesOf(tokens);
    if (needed > pageCount_) {
        int grown = std::max(needed, std::min(2 * pageCount_, pagesOf(c.context)));
        pages_.grow(c, operations, grown, "the keys and values of a session");
        pageCount_ = grown;
    }
    workspace_.reserve(c, budget, rows);
    activations_.ensure(budget, LayerActivations::floatsPerRow(c) * rows * sizeof(float), "activations");
    streams_.ensure(budget, 2 * size_t(c.hidden) * rows * sizeof(float), "activations");
    last_.ensure(budget, c.hidden * sizeof(float), "activations");
}

void Session::append(std::vector<int> tokens, const CancelCheck& cancelled) {
    const Config& c = model_.config();
    require(!tokens.empty(), [] { return std::string("no tokens to append; at least 1 is needed"); });
    require(tokens.size() <= size_t(c.context - length_), [&] {
        return std::to_string(tokens.size()) + " tokens after " + std::to_string(length_)
               + " go beyond the context window of " + std::to_string(c.context);
    });
    for (size_t i = 0; i < tokens.size(); i++)
        require(tokens[i] >= 0 && tokens[i] < c.vocabulary, [&] {
            return "tokens[" + std::to_string(i) + "] is " + std::to_string(tokens[i])
                   + ", must be 0 or more and less than the vocabulary, which is " + std::to_string(c.vocabulary);
        });
    model_.packed(weights_.rounded);
    int rows = static_cast<int>(tokens.size());
    reserve(length_ + rows, rows);
    Batch batch;
    std::vector<int> pages(pageCount_);
    std::iota(pages.begin(), pages.end(), 0);
    batch.segments.push_back({-1, 0, rows, length_, 0, std::move(pages)});
    batch.tokens = std::move(tokens);
    LayerActivations activations;
    activations.place(c, rows, activations_.as<float>());
    float* input = streams_.as<float>();
    float* output = input + size_t(c.hidden) * rows;
    hasLast_ = false;
    const float* stream =
        Decoder(model_, weights_, batch, pages_, workspace_).run(activations, input, output, cancelled);
    model_.operations().copy(last_.as<float>(), stream + size_t(rows - 1) * c.hidden, c.hidden * sizeof(float));
    length_ += rows;
    hasLast_ = true;
}

void Session::logits(float* out) {
    require(hasLast_, [] { return std::string("the session has no last token; append one"); });
    head_.logits(last_.as<float>(), out);
}

void Session::truncate(int length) {
    require(length >= 0 && length <= length_, [&] {
        return "length is " + std::to_string(length) + ", must be from 0 to that of the session, which is "
               + std::to_string(length_);
    });
    hasLast_ = hasLast_ && length == length_;
    length_ = length;
}

}  // namespace rpt
