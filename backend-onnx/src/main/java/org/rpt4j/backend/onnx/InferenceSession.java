package org.rpt4j.backend.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;

/** A session of ONNX Runtime. One run at a time; confined to the holder of its model's lock. */
final class InferenceSession implements AutoCloseable {

    /** Reads the outputs of a run, which are freed afterwards. */
    @FunctionalInterface
    interface Reader<T> {
        T read(OrtSession.Result result) throws OrtException;
    }

    /** ONNX Runtime has no error code for it: the texts of the C++ library, of ONNX Runtime's arenas and of CUDA. */
    private static final List<String> SHORTAGES =
            List.of("bad_alloc", "Failed to allocate memory", "is smaller than requested bytes", "out of memory");

    private final OrtSession session;
    private final Runnable beforeRun;

    private InferenceSession(OrtSession session, Runnable beforeRun) {
        this.session = session;
        this.beforeRun = beforeRun;
    }

    /** Opens a session for a modified version of a model's graph. */
    static InferenceSession open(LanguageModel model, ModelProto changed, BackendOptions options) {
        try (SessionOptions prepared = OrtRuntime.options(options)) {
            return new InferenceSession(model.openSession(changed, prepared), model.beforeRun());
        } catch (OrtException e) {
            throw failure("opening a session", e);
        }
    }

    /**
     * Runs the graph.
     *
     * @param inputs by name; freed afterwards
     * @param reader receives all outputs
     */
    <T> T run(Inputs inputs, Reader<T> reader) {
        beforeRun(inputs);
        try (inputs;
                OrtSession.Result result = session.run(inputs.tensors)) {
            return reader.read(result);
        } catch (OrtException e) {
            throw failure("running the model", e);
        }
    }

    /**
     * Runs the graph into memory of the caller.
     *
     * @param inputs by name; freed afterwards
     * @param held further inputs by name, which the caller keeps owning
     * @param outputs destination of each output
     */
    void runInto(Inputs inputs, Map<String, OnnxTensor> held, Map<String, OnnxTensor> outputs) {
        beforeRun(inputs);
        Map<String, OnnxTensor> all = new HashMap<>(held);
        all.putAll(inputs.tensors);
        try (inputs) {
            session.run(all, Set.of(), outputs).close();
        } catch (OrtException e) {
            throw failure("running the model", e);
        }
    }

    private void beforeRun(Inputs inputs) {
        try {
            beforeRun.run();
        } catch (RuntimeException e) {
            inputs.close();
            throw e;
        }
    }

    /** Translates an error of the library into one of rpt4j. */
    static BackendFailureException failure(String operation, OrtException e) {
        String message = "ONNX Runtime failed in " + operation + ": " + OrtRuntime.firstLine(e);
        return isShortage(String.valueOf(e.getMessage()))
                ? new BackendMemoryException(message, e)
                : new BackendFailureException(message, e);
    }

    private static boolean isShortage(String message) {
        return SHORTAGES.stream().anyMatch(message::contains);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failure("closing a session", e);
        }
    }

    /** Tensors of one run. Not thread-safe. */
    static final class Inputs implements AutoCloseable {

        private final Map<String, OnnxTensor> tensors = new HashMap<>();

        /** Adds integers. */
        Inputs add(String name, long[] values, long... shape) {
            try {
                tensors.put(name, OnnxTensor.createTensor(OrtRuntime.environment(), LongBuffer.wrap(values), shape));
                return this;
            } catch (OrtException e) {
                close();
                throw failure("creating the tensor " + name, e);
            }
        }

        @Override
        public void close() {
            tensors.values().forEach(OnnxTensor::close);
            tensors.clear();
        }
    }
}
