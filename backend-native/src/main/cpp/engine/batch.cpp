#include "batch.h"

#include "errors.h"

namespace rpt {

namespace {

std::string at(const char* name, size_t index, int value) {
    return std::string(name) + "[" + std::to_string(index) + "] is " + std::to_string(value);
}

void requireBelow(const char* name, size_t index, int value, int end, const char* what) {
    require(value >= 0 && value < end, [&] {
        return at(name, index, value) + ", must be 0 or more and less than " + what + ", which is "
               + std::to_string(end);
    });
}

}  // namespace

int Batch::add(int parent, int start, int length) {
    int index = static_cast<int>(segments.size());
    require(parent >= -1 && parent < index,
            [&] { return at("segment parent", index, parent) + ", must be an earlier segment or -1 for none"; });
    require(start >= 0 && length >= 0 && length <= rows() - start, [&] {
        return at("segment start", index, start) + " and its length " + std::to_string(length)
               + ", beyond the batch of " + std::to_string(rows()) + " tokens";
    });
    int position = parent < 0 ? 0 : segments[parent].position + segments[parent].length;
    segments.push_back({parent, start, length, 0, position, {}});
    return index;
}

void validate(const Config& config, const Batch& batch, const Targets& targets) {
    for (size_t i = 0; i < batch.tokens.size(); i++)
        requireBelow("token", i, batch.tokens[i], config.vocabulary, "the vocabulary");
    for (size_t i = 0; i < batch.segments.size(); i++) {
        const Segment& segment = batch.segments[i];
        require(segment.position <= config.context - segment.length, [&] {
            return at("segment position", i, segment.position) + " and its length " + std::to_string(segment.length)
                   + ", beyond the context window of " + std::to_string(config.context);
        });
    }
    requireSame("target rows", targets.rows.size(), "target tokens", targets.tokens.size());
    for (size_t i = 0; i < targets.rows.size(); i++) {
        requireBelow("target row", i, targets.rows[i], batch.rows(), "the rows of the batch");
        requireBelow("target token", i, targets.tokens[i], config.vocabulary, "the vocabulary");
    }
}

std::vector<int> positionsOf(const Batch& batch) {
    std::vector<int> positions(batch.rows());
    for (const Segment& segment : batch.segments)
        for (int i = 0; i < segment.length; i++) positions[segment.start + i] = segment.position + segment.past + i;
    return positions;
}

}  // namespace rpt
