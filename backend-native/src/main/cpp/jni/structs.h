#pragma once

#include <jni.h>

#include <vector>

#include "adapter.h"
#include "batch.h"
#include "config.h"
#include "head.h"
#include "optimizer.h"

namespace rpt::jni {

/**
 * Structs that cross from Java. A struct is an object of a class in org.rpt4j.backend.jni whose fields have the names
 * of the members here; structs.cpp has one table for each, and reads every field by its name.
 */

/** A batch as Java lays it out, see FlatBatch.java: a segment is one index into three arrays, a target into two. */
struct FlatBatch {
    std::vector<int> tokens;
    std::vector<int> segmentParents;
    std::vector<int> segmentStarts;
    std::vector<int> segmentLengths;
    std::vector<int> targetRows;
    std::vector<int> targetTokens;

    /** Throws std::invalid_argument if arrays that belong together differ in length. */
    Batch batch() const;
    Targets targets() const;
};

/** Looks the fields up, once for the life of the library. Throws Pending if Java lacks one. */
void bindStructs(JNIEnv* env);

Config configOf(JNIEnv* env, jobject config);
Layout layoutOf(JNIEnv* env, jobject layout, jobject layer);
std::vector<DecaySpan> decaySpansOf(JNIEnv* env, jobjectArray spans);
AdapterShape adapterShapeOf(JNIEnv* env, jobject shape);
UpdateOptions updateOptionsOf(JNIEnv* env, jobject options);
FlatBatch flatBatchOf(JNIEnv* env, jobject batch);

}  // namespace rpt::jni
