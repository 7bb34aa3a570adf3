#include "structs.h"

#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>

#include "errors.h"
#include "support.h"

namespace rpt::jni {

namespace {

/** A field of a Java class, and the member that it fills. */
template <class Struct, class Member>
struct Field {
    const char* name;
    Member Struct::* member;
    jfieldID id;
};

template <class Struct, class Member>
Field<Struct, Member> field(const char* name, Member Struct::* member) {
    return {name, member, nullptr};
}

/** How Java describes the type of a field. */
template <class Member>
constexpr const char* signature() {
    if constexpr (std::is_same_v<Member, bool>) return "Z";
    else if constexpr (std::is_same_v<Member, int>) return "I";
    else if constexpr (std::is_integral_v<Member>) return "J";
    else if constexpr (std::is_floating_point_v<Member>) return "D";
    else if constexpr (std::is_same_v<Member, std::vector<int>>) return "[I";
    else {
        static_assert(std::is_same_v<Member, std::vector<double>>);
        return "[D";
    }
}

/** A Java class and its fields. */
template <class Struct, class... Members>
class Binding {
public:
    Binding(const char* name, const char* className, Field<Struct, Members>... fields)
        : name_(name), className_(className), fields_(fields...) {}

    void bind(JNIEnv* env) {
        jclass type = env->FindClass(className_);
        if (!type) throw Pending{};
        std::apply([&](auto&... field) { (bind(env, type, field), ...); }, fields_);
        env->DeleteLocalRef(type);
    }

    Struct read(JNIEnv* env, jobject object) const {
        if (!object) throw std::invalid_argument(std::string(name_) + " is null");
        Struct result{};
        std::apply([&](const auto&... field) { (read(env, object, field, result), ...); }, fields_);
        return result;
    }

private:
    template <class Member>
    static void bind(JNIEnv* env, jclass type, Field<Struct, Member>& field) {
        field.id = env->GetFieldID(type, field.name, signature<Member>());
        if (!field.id) throw Pending{};
    }

    template <class Member>
    void read(JNIEnv* env, jobject object, const Field<Struct, Member>& field, Struct& result) const {
        Member& member = result.*field.member;
        if constexpr (std::is_same_v<Member, bool>) {
            member = env->GetBooleanField(object, field.id);
        } else if constexpr (std::is_same_v<Member, int>) {
            member = env->GetIntField(object, field.id);
        } else if constexpr (std::is_integral_v<Member>) {
            jlong value = env->GetLongField(object, field.id);
            if (std::is_unsigned_v<Member> && value < 0)
                throw std::invalid_argument(nameOf(field.name) + " is " + std::to_string(value)
                                            + ", must not be negative");
            member = static_cast<Member>(value);
        } else if constexpr (std::is_floating_point_v<Member>) {
            member = static_cast<Member>(env->GetDoubleField(object, field.id));
        } else {
            jobject array = env->GetObjectField(object, field.id);
            if (!array) throw std::invalid_argument(nameOf(field.name) + " is null");
            if constexpr (std::is_same_v<Member, std::vector<int>>) member = ints(env, static_cast<jintArray>(array));
            else member = doubles(env, static_cast<jdoubleArray>(array));
            env->DeleteLocalRef(array);
        }
    }

    std::string nameOf(const char* field) const { return std::string(name_) + "." + field; }

    const char* name_;
    const char* className_;
    std::tuple<Field<Struct, Members>...> fields_;
};

#define STRUCTS "org/rpt4j/backend/jni/NativeStructs$"

Binding configs("Config", STRUCTS "Config", field("vocabulary", &Config::vocabulary), field("hidden", &Config::hidden),
                field("intermediate", &Config::intermediate), field("layers", &Config::layers),
                field("heads", &Config::heads), field("keyValueHeads", &Config::keyValueHeads),
                field("headSize", &Config::headSize), field("context", &Config::context),
                field("epsilon", &Config::epsilon), field("queryKeyNorm", &Config::queryKeyNorm),
                field("frequencies", &Config::frequencies), field("absent", &Config::absent),
                field("rotaryFactors", &Config::rotaryFactors), field("rotations", &Config::rotations),
                field("windows", &Config::windows), field("rotarySize", &Config::rotarySize),
                field("attentionScale", &Config::attentionScale), field("embeddingScale", &Config::embeddingScale),
                field("normAdded", &Config::normAdded), field("normOverAllHeads", &Config::normOverAllHeads),
                field("normsBehind", &Config::normsBehind), field("gelu", &Config::gelu),
                field("experts", &Config::experts), field("expertsPerToken", &Config::expertsPerToken),
                field("expertWidth", &Config::expertWidth), field("sharesNormalised", &Config::sharesNormalised),
                field("expertLayers", &Config::expertLayers));

Binding layouts("Layout", STRUCTS "Layout", field("embedding", &Layout::embedding),
                field("finalNorm", &Layout::finalNorm), field("head", &Layout::head),
                field("layerStart", &Layout::layerStart), field("layerSize", &Layout::layerSize),
                field("expertLayerSize", &Layout::expertLayerSize), field("total", &Layout::total));

Binding layers("LayerOffsets", STRUCTS "LayerOffsets", field("inputNorm", &LayerOffsets::inputNorm),
               field("fused", &LayerOffsets::fused), field("fusedBias", &LayerOffsets::fusedBias),
               field("queryNorm", &LayerOffsets::queryNorm), field("keyNorm", &LayerOffsets::keyNorm),
               field("output", &LayerOffsets::output), field("outputBias", &LayerOffsets::outputBias),
               field("postNorm", &LayerOffsets::postNorm), field("gateUp", &LayerOffsets::gateUp),
               field("down", &LayerOffsets::down),
               field("attentionNorm", &LayerOffsets::attentionNorm),
               field("feedForwardNorm", &LayerOffsets::feedForwardNorm), field("router", &LayerOffsets::router),
               field("experts", &LayerOffsets::experts));

Binding adapters("AdapterShape", STRUCTS "AdapterShape", field("rank", &AdapterShape::rank),
                 field("scale", &AdapterShape::scale), field("query", &AdapterShape::query),
                 field("key", &AdapterShape::key), field("value", &AdapterShape::value),
                 field("output", &AdapterShape::output), field("gate", &AdapterShape::gate),
                 field("up", &AdapterShape::up), field("down", &AdapterShape::down));

Binding spans("DecaySpan", STRUCTS "DecaySpan", field("begin", &DecaySpan::begin), field("end", &DecaySpan::end),
              field("decays", &DecaySpan::decays));

Binding updates("UpdateOptions", STRUCTS "UpdateOptions", field("rate", &UpdateOptions::rate),
                field("beta1", &UpdateOptions::beta1), field("beta2", &UpdateOptions::beta2),
                field("epsilon", &UpdateOptions::epsilon), field("weightDecay", &UpdateOptions::weightDecay),
                field("maxNorm", &UpdateOptions::maxNorm), field("step", &UpdateOptions::step));

Binding batches("FlatBatch", "org/rpt4j/backend/jni/FlatBatch", field("tokens", &FlatBatch::tokens),
                field("segmentParents", &FlatBatch::segmentParents), field("segmentStarts", &FlatBatch::segmentStarts),
                field("segmentLengths", &FlatBatch::segmentLengths), field("targetRows", &FlatBatch::targetRows),
                field("targetTokens", &FlatBatch::targetTokens));

}  // namespace

void bindStructs(JNIEnv* env) {
    static const bool bound = [env] {
        configs.bind(env);
        layouts.bind(env);
        layers.bind(env);
        adapters.bind(env);
        spans.bind(env);
        updates.bind(env);
        batches.bind(env);
        return true;
    }();
    (void)bound;
}

Config configOf(JNIEnv* env, jobject config) {
    return configs.read(env, config);
}

Layout layoutOf(JNIEnv* env, jobject layout, jobject layer) {
    Layout result = layouts.read(env, layout);
    result.layer = layers.read(env, layer);
    return result;
}

AdapterShape adapterShapeOf(JNIEnv* env, jobject shape) {
    return adapters.read(env, shape);
}

std::vector<DecaySpan> decaySpansOf(JNIEnv* env, jobjectArray array) {
    std::vector<DecaySpan> result;
    for (jsize i = 0; i < env->GetArrayLength(array); i++) {
        jobject span = env->GetObjectArrayElement(array, i);
        result.push_back(spans.read(env, span));
        env->DeleteLocalRef(span);
    }
    return result;
}

UpdateOptions updateOptionsOf(JNIEnv* env, jobject options) {
    return updates.read(env, options);
}

FlatBatch flatBatchOf(JNIEnv* env, jobject batch) {
    return batches.read(env, batch);
}

Batch FlatBatch::batch() const {
    requireSame("FlatBatch.segmentStarts", segmentStarts.size(), "FlatBatch.segmentParents", segmentParents.size());
    requireSame("FlatBatch.segmentLengths", segmentLengths.size(), "FlatBatch.segmentParents", segmentParents.size());
    Batch batch;
    batch.tokens = tokens;
    for (size_t i = 0; i < segmentParents.size(); i++)
        batch.add(segmentParents[i], segmentStarts[i], segmentLengths[i]);
    return batch;
}

Targets FlatBatch::targets() const {
    return {targetRows, targetTokens};
}

}  // namespace rpt::jni
