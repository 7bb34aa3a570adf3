#include "model.h"

#include <cmath>
#include <utility>

namespace rpt {

namespace {

/** Calls visit(packed, offset of the weight, rows, columns) for every matrix. */
template <class Visit>
void eachMatrix(const Config& c, const Layout& layout, PackedModel& packed, Visit visit) {
    packed.layers.resize(c.layers);
    for (int l = 0; l < c.layers; l++) {
        size_t start = layout.layerStart + layout.layerSize * l;
        PackedLayer& layer = packed.layers[l];
        visit(layer.fused, start + layout.layer.fused, c.fusedWidth(), c.hidden);
        visit(layer.output, start + layout.layer.output, c.hidden, c.queryWidth());
        visit(layer.gateUp, start + layout.layer.gateUp, 2 * c.intermediate, c.hidden);
        visit(layer.down, start + layout.layer.down, c.hidden, c.intermediate);
    }
    visit(packed.head, layout.head, c.vocabulary, c.hidden);
}

/** Gives every matrix its place; size(rows, columns) says what it takes. */
template <class Size>
void place(Compute& compute, const Config& c, const Layout& layout, PackedModel& packed, const char* what, Size size) {
    if (packed.block.size() > 0) return;
    auto padded = [&](int rows, int columns) { return (size(rows, columns) + 63) / 64 * 64; };
    size_t total = 0;
    eachMatrix(c, layout, packed,
               [&](PackedMatrix&, size_t, int rows, int columns) { total += padded(rows, columns); });
    packed.block.allocate(compute.budget, total, what);
    char* next = packed.block.as<char>();
    eachMatrix(c, layout, packed, [&](PackedMatrix& matrix, size_t, int rows, int columns) {
        matrix.place(next);
        next += padded(rows, columns);
    });
}

/** Refuses a shape that does not fit together before anything is allocated for it. */
Config validated(Config config, const Layout& layout) {
    validate(config, layout);
    return config;
}

}  // namespace

Model::Model(const Kernels& kernels, Pool& pool, Budget& budget, Precision precision, Config config, Layout layout)
    : config_(validated(std::move(config), layout)),
      layout_(layout),
      compute_(kernels, pool, budget, precision),
      weights_(budget, layout.total * sizeof(float), "the weights"),
      rotary_(budget, size_t(config_.context) * config_.headSize * sizeof(float), "the rotary table") {
    fillRotary();
}

void Model::fillRotary() {
    int half = config_.headSize / 2;
    for (int position = 0; position < config_.context; position++) {
        float* row = rotary_.as<float>() + size_t(position) * config_.headSize;
        for (int i = 0; i < half; i++) {
            double angle = position * config_.frequencies[i];
            row[i] = static_cast<float>(std::cos(angle));
            row[half + i] = static_cast<float>(std::sin(angle));
        }
    }
}

const PackedModel& Model::forward() {
    if (!forward_.fresh) {
        place(compute_, config_, layout_, forward_, "packed weights",
              [&](int rows, int columns) { return PackedMatrix::bytes(compute_, columns, rows); });
        eachMatrix(config_, layout_, forward_, [&](PackedMatrix& packed, size_t offset, int rows, int columns) {
            packed.packTransposed(compute_, weights() + offset, rows, columns, "packed weights");
        });
        forward_.fresh = true;
    }
    return forward_;
}

const PackedModel& Model::backward() {
    if (!backward_.fresh) {
        place(compute_, config_, layout_, backward_, "packed weights for gradients",
              [&](int rows, int columns) { return PackedMatrix::bytes(compute_, rows, columns); });
        eachMatrix(config_, layout_, backward_, [&](PackedMatrix& packed, size_t offset, int rows, int columns) {
            packed.pack(compute_, weights() + offset, columns, rows, columns, "packed weights for gradients");
        });
        backward_.fresh = true;
    }
    return backward_;
}

}  // namespace rpt
