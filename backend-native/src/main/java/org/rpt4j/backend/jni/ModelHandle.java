package org.rpt4j.backend.jni;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.OpenModels;

/**
 * A model in the engine's memory. Every use goes through {@link #use} or {@link #useInterruptibly}, which let one
 * thread in at a time and refuse a closed model. {@link #close} waits for the operation that runs; called from within
 * one, by a stop condition, it ends that operation at its next token and frees the model then.
 */
final class ModelHandle implements OpenModels.Model {

    private static final long MAX_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

    final ModelShape shape;
    final Path directory;
    private final EngineHandle engine;
    private final Role role;
    private final Arithmetic arithmetic;
    private final ModelDescription description;
    private final InputLimits limits;
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final long model;
    private volatile boolean closed;
    private volatile long version;

    private ModelHandle(
            ModelShape shape,
            Checkpoint checkpoint,
            EngineHandle engine,
            Role role,
            Arithmetic arithmetic,
            long model) {
        this.shape = shape;
        this.directory = checkpoint.directory();
        this.engine = engine;
        this.role = role;
        this.arithmetic = arithmetic;
        this.model = model;
        this.description = shape.config.describe();
        this.limits = InputLimits.of(description, checkpoint.absentTokens());
        closers.push(() -> NativeEngine.closeModel(model));
    }

    /** Loads a checkpoint; the calling thread holds the engine. */
    static ModelHandle load(EngineHandle engine, ModelSource source, Arithmetic arithmetic, Role role) {
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            checkpoint.config().requireComputed("native", Set.of());
            ModelShape shape = new ModelShape(checkpoint.config(), checkpoint.layout());
            requireAddressable(shape, source);
            long model = NativeEngine.openModel(
                    engine.engine(),
                    arithmetic.name(),
                    NativeStructs.Config.of(shape.config, checkpoint.absentTokens()),
                    shape.offsets(),
                    shape.layerOffsets());
            ModelHandle handle = new ModelHandle(shape, checkpoint, engine, role, arithmetic, model);
            try {
                List<WeightSpec> specs = shape.layout.all();
                for (int i = 0; i < specs.size(); i++) {
                    checkpoint.read(specs.get(i), handle.weight(i));
                }
                return handle;
            } catch (RuntimeException | Error e) {
                handle.close();
                throw e;
            }
        }
    }

    private static void requireAddressable(ModelShape shape, ModelSource source) {
        for (WeightSpec spec : shape.layout.all()) {
            if (spec.size() > MAX_ELEMENTS) {
                throw new ModelFormatException(spec.name() + " of " + source.directory() + " has " + spec.size()
                        + " elements, the native backend reads at most " + MAX_ELEMENTS + " per weight");
            }
        }
    }

    /** What the model can read. */
    InputLimits limits() {
        return limits;
    }

    ModelDescription description() {
        requireOpen("description");
        return description;
    }

    /** The native handle; for use within {@link #use}. */
    long model() {
        return model;
    }

    /** Tokens whose keys and values lie together in the engine's memory. */
    int tokensPerPage() {
        return NativeEngine.tokensPerPage(engine.engine());
    }

    /**
     * Additions and multiplications of matrix products so far, for tests and benchmarks; for use within {@link #use}.
     */
    long operations() {
        return NativeEngine.operations(model);
    }

    EngineHandle engine() {
        return engine;
    }

    /** A view of a weight as it is now, row-major; for use within {@link #use}. */
    FloatBuffer weight(int index) {
        long size = shape.layout.all().get(index).size();
        return NativeEngine.weights(model, shape.offset(index), size)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    long version() {
        requireOpen("version");
        return version;
    }

    /** After an update; the engine packs its copies anew by itself. */
    void raiseVersion() {
        version = version + 1;
    }

    /** Something else that was opened in this model and is to be closed before it. */
    void onClose(Runnable closer) {
        closers.push(closer);
    }

    void forget(Runnable closer) {
        closers.remove(closer);
    }

    /** Runs work on the model, also on an interrupted thread: what ends a run cleanly must not be lost. */
    <T> T use(String operation, Supplier<T> work) {
        requireOpen(operation);
        engine.lock();
        return run(operation, work);
    }

    /** As {@link #use} for long work, which an interrupt ends or refuses. */
    <T> T useInterruptibly(String operation, Supplier<T> work) {
        requireOpen(operation);
        engine.lockInterruptibly(operation);
        return run(operation, work);
    }

    private <T> T run(String operation, Supplier<T> work) {
        try {
            requireOpen(operation);
            return work.get();
        } finally {
            engine.unlock();
        }
    }

    /** Ends long work whose caller was interrupted, or whose model was closed by a callback. */
    void checkGoesOn(String operation) {
        Interrupts.check(operation);
        requireOpen(operation);
    }

    void requireOpen(String operation) {
        if (closed) {
            throw new IllegalStateException("this " + role + " is closed; " + operation + " is no longer possible");
        }
    }

    /** There are no gradients of 8-bit products. */
    void requireGradients(String operation) {
        if (arithmetic == Arithmetic.INT8) {
            throw new UnsupportedCapabilityException("this policy was opened for inference with 8-bit weights; "
                    + operation + " needs one from openTrainablePolicy");
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Runs what closes a part of the model, unless the model is closed and the part with it. */
    void closePart(Runnable part) {
        engine.lock();
        try {
            if (!closed) {
                part.run();
            }
        } finally {
            engine.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        engine.whenIdle(this::free);
    }

    private void free() {
        closers.forEach(Runnable::run);
        closers.clear();
    }
}
