package org.rpt4j.backend.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * Single-precision tensors as buffers. libtorch owns their memory: a model may exceed the JVM's heap and direct memory.
 */
final class Tensors {

    private Tensors() {}

    /**
     * Creates a tensor with external values, owned by {@code manager} and on its device.
     *
     * @param shape dimensions
     * @param source fills the buffer it receives, in row-major order
     */
    static NDArray filled(NDManager manager, List<Integer> shape, Consumer<FloatBuffer> source) {
        Shape dimensions =
                new Shape(shape.stream().mapToLong(Integer::longValue).toArray());
        if (!manager.getDevice().isGpu()) {
            NDArray tensor = manager.create(dimensions, DataType.FLOAT32);
            source.accept(view(tensor));
            return tensor;
        }
        try (NDManager host = manager.newSubManager(Device.cpu())) {
            NDArray copy = host.create(dimensions, DataType.FLOAT32);
            source.accept(view(copy));
            NDArray tensor = copy.toDevice(manager.getDevice(), false);
            tensor.attach(manager);
            return tensor;
        }
    }

    /**
     * Returns all elements in row-major order. On the CPU this is a view of the tensor, to be read before the tensor
     * changes; from another device it is a copy.
     */
    static FloatBuffer floats(NDArray tensor) {
        if (!tensor.getDevice().isGpu()) {
            return view(tensor);
        }
        try (NDArray host = tensor.toDevice(Device.cpu(), false)) {
            return host.toByteBuffer(false).asFloatBuffer();
        }
    }

    private static FloatBuffer view(NDArray tensor) {
        return tensor.toByteBuffer(true).asFloatBuffer();
    }
}
