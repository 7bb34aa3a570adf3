package org.rpt4j.backend.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

/** A loaded TorchScript program, with a single way to call it. */
final class Script implements AutoCloseable {

    private final PtSymbolBlock module;

    Script(NDManager manager, byte[] archive) throws IOException {
        this.module = JniUtils.loadModule(
                (PtNDManager) manager,
                new ByteArrayInputStream(archive),
                manager.getDevice().isGpu(),
                false);
    }

    /**
     * Calls a method.
     *
     * @param scope owns all results; close it to free them
     * @param gradients whether autograd records the call
     * @param dims the plain numbers that every method takes first
     * @param arguments in order, each an {@link NDArray} or a {@code List<NDArray>}
     */
    NDList call(NDManager scope, boolean gradients, String method, long[] dims, Object... arguments) {
        try (NDManager inputs = scope.newSubManager(Device.cpu())) {
            NDList list = new NDList();
            // Results are attached to the manager of the first argument.
            NDArray numbers = inputs.create(dims.length == 0 ? new long[] {0} : dims);
            list.add(numbers);
            for (int i = 0; i < arguments.length; i++) {
                if (arguments[i] instanceof NDArray array) {
                    array.setName(null);
                    list.add(array);
                } else {
                    addList(list, "l" + i + "[]", (List<?>) arguments[i]);
                }
            }
            NDArray name = inputs.zeros(new Shape(1));
            name.setName("module_method:" + method);
            list.add(name);
            JniUtils.setGradMode(gradients);
            NDList results = IValueUtils.forward(module, list, true);
            results.attach(scope);
            return results;
        }
    }

    /** Like {@link #call}, for a method with one result. */
    NDArray callOne(NDManager scope, boolean gradients, String method, long[] dims, Object... arguments) {
        return call(scope, gradients, method, dims, arguments).singletonOrThrow();
    }

    private static void addList(NDList list, String name, List<?> arrays) {
        for (Object array : arrays) {
            NDArray tensor = (NDArray) array;
            tensor.setName(name);
            list.add(tensor);
        }
    }

    @Override
    public void close() {
        module.close();
    }
}
