package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDArray;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Copies of single-precision tensors in Java's memory. */
final class Tensors {

    private Tensors() {}

    /** All elements in row-major order. */
    static FloatBuffer floats(NDArray tensor) {
        return tensor.toByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
