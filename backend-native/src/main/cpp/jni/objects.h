#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "batch.h"
#include "cpu/cpu_operations.h"
#include "head.h"
#include "memory.h"
#include "passes.h"
#include "pool.h"
#include "support.h"

namespace rpt::jni {

/** What an open backend owns. */
struct Engine {
    const Kernels& kernels;
    Budget budget;
    Pool pool;

    Engine(const Kernels& kernels, size_t limit, std::string source, int threads)
        : kernels(kernels), budget(limit, std::move(source)), pool(threads) {}

    /** What the device does for a model in that precision. */
    std::unique_ptr<Operations> operations(Precision precision) {
        return std::make_unique<CpuOperations>(kernels, pool, budget, precision);
    }
};

/** A model and the memory that its passes reuse. */
struct OpenModel {
    Model model;
    InferencePass pass;
    Head head, roundedHead;
    TrainingWorkspace training;

    OpenModel(Engine& engine, Precision precision, bool frozen, Config config, Layout layout)
        : model(engine.operations(precision), frozen, std::move(config), layout),
          pass(model),
          head(model),
          roundedHead(model, true),
          training(model) {}

    /** The weights of that name, one of org.rpt4j.backend.jni.UsedWeights. */
    Weights weights(const std::string& name) const {
        if (name == "TRAINED") return model.adapter();
        if (name == "FROZEN") return nullptr;
        if (name == "ROUNDED") return {model.adapter(), true};
        throw std::invalid_argument("no weights are named \"" + name + "\"; available: TRAINED, FROZEN, ROUNDED");
    }
};

/** A view of some of `total` elements of a size, for Java to read and write; valid as long as they are. */
jobject view(JNIEnv* env, void* elements, size_t size, size_t total, jlong offset, jlong count);

}  // namespace rpt::jni
