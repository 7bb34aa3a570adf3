// Shapes that do not fit together are refused before anything is computed, and the message names what is wrong.

#include <functional>
#include <stdexcept>
#include <string>

#include "batch.h"
#include "check.h"
#include "config.h"
#include "matrix.h"

using namespace rpt;

namespace {

Config shape() {
    return {.vocabulary = 10,
            .hidden = 8,
            .intermediate = 12,
            .layers = 2,
            .heads = 2,
            .keyValueHeads = 1,
            .headSize = 4,
            .context = 16,
            .epsilon = 1e-5f,
            .queryKeyNorm = false,
            .frequencies = {1, 0.1}};
}

/** Weights end to end: embedding, final norm, layers. */
Layout layout() {
    LayerOffsets layer{.inputNorm = 0,
                       .fused = 8,
                       .fusedBias = LayerOffsets::ABSENT,
                       .queryNorm = LayerOffsets::ABSENT,
                       .keyNorm = LayerOffsets::ABSENT,
                       .output = 136,
                       .outputBias = LayerOffsets::ABSENT,
                       .postNorm = 200,
                       .gateUp = 208,
                       .down = 400};
    return {.embedding = 0,
            .finalNorm = 80,
            .head = 0,
            .layerStart = 88,
            .layerSize = 496,
            .total = 88 + 2 * 496,
            .layer = layer};
}

/** Whether work() is refused with a message that begins like that. */
bool refused(const std::string& beginning, const std::function<void()>& work) {
    try {
        work();
    } catch (const std::invalid_argument& e) {
        return std::string(e.what()).rfind(beginning, 0) == 0;
    }
    return false;
}

bool configRefused(const std::string& beginning, const std::function<void(Config&)>& change) {
    Config config = shape();
    change(config);
    return refused(beginning, [&] { validate(config, layout()); });
}

bool layoutRefused(const std::string& beginning, const std::function<void(Layout&)>& change) {
    Layout changed = layout();
    change(changed);
    return refused(beginning, [&] { validate(shape(), changed); });
}

void configs() {
    validate(shape(), layout());
    CHECK(configRefused("Config.layers is 0", [](Config& c) { c.layers = 0; }));
    CHECK(configRefused("Config.heads is 3", [](Config& c) { c.heads = 3, c.keyValueHeads = 2; }));
    CHECK(configRefused("Config.headSize is 5", [](Config& c) { c.headSize = 5; }));
    CHECK(configRefused("Config.epsilon is", [](Config& c) { c.epsilon = 0; }));
    CHECK(configRefused("Config.frequencies has 3", [](Config& c) { c.frequencies.push_back(0); }));
    CHECK(configRefused("Config.frequencies has 2", [](Config& c) { c.rotaryFactors = {1, 1}; }));
    CHECK(configRefused("Config.frequencies has 2", [](Config& c) { c.rotarySize = 2; }));
    CHECK(configRefused("Config.rotarySize is 6", [](Config& c) { c.rotarySize = 6; }));
    CHECK(configRefused("Config.rotations has 1", [](Config& c) { c.rotations = {0}; }));
    CHECK(configRefused("Config.rotations holds 1", [](Config& c) { c.rotations = {0, 1}; }));
    CHECK(configRefused("Config.windows holds -1", [](Config& c) { c.windows = {0, -1}; }));
    CHECK(configRefused("Config.embeddingScale is 0", [](Config& c) { c.embeddingScale = 0; }));
    CHECK(configRefused("LayerOffsets.attentionNorm is -1", [](Config& c) { c.normsBehind = true; }));
    CHECK(configRefused("LayerOffsets.queryNorm is -1", [](Config& c) { c.queryKeyNorm = true; }));
}

void layouts() {
    CHECK(layoutRefused("Layout.embedding is 1001", [](Layout& l) { l.embedding = 1001; }));
    CHECK(layoutRefused("Layout.layerSize is", [](Layout& l) { l.layerSize = SIZE_MAX / 2; }));
    CHECK(layoutRefused("Layout.layerStart is 89", [](Layout& l) { l.layerStart++; }));
    CHECK(layoutRefused("LayerOffsets.fusedBias is 481", [](Layout& l) { l.layer.fusedBias = 481; }));
    CHECK(layoutRefused("LayerOffsets.down is 401", [](Layout& l) { l.layer.down++; }));
}

void batches() {
    Batch batch;
    batch.tokens.assign(6, 3);
    CHECK(batch.add(-1, 0, 4) == 0 && batch.add(0, 4, 2) == 1);
    CHECK(batch.segments[1].position == 4);
    CHECK(refused("segment parent[2] is 2", [&] { batch.add(2, 0, 1); }));
    CHECK(refused("segment start[2] is 5", [&] { batch.add(-1, 5, 2); }));
    CHECK(refused("segment start[2] is -1", [&] { batch.add(-1, -1, 2); }));
    validate(shape(), batch, {{0, 5}, {1, 9}});
    CHECK(refused("target row[1] is 6", [&] { validate(shape(), batch, {{0, 6}, {1, 9}}); }));
    CHECK(refused("target token[0] is 10", [&] { validate(shape(), batch, {{0}, {10}}); }));
    CHECK(refused("target rows has 1", [&] { validate(shape(), batch, {{0}, {}}); }));
    batch.tokens[5] = -1;
    CHECK(refused("token[5] is -1", [&] { validate(shape(), batch, {}); }));
    batch.tokens.assign(20, 3);
    CHECK(batch.add(1, 6, 11) == 2);
    CHECK(refused("segment position[2] is 6", [&] { validate(shape(), batch, {}); }));
}

void precisions() {
    CHECK(precisionNamed("FP32") == Precision::FP32 && precisionNamed("BF16") == Precision::BF16);
    CHECK(precisionNamed("INT8") == Precision::INT8);
    CHECK(refused("no precision is named \"bf16\"", [] { precisionNamed("bf16"); }));
}

}  // namespace

int main() {
    configs();
    layouts();
    batches();
    precisions();
}
