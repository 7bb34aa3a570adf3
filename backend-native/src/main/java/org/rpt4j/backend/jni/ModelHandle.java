package org.rpt4j.backend.jni;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.DType;
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
    private final ModelDescription description;
    private final InputLimits limits;
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final long model;
    private WeightTable trained;
    private @Nullable LowRankAdapter adapter;
    private volatile boolean closed;
    private volatile long version;

    private ModelHandle(ModelShape shape, Checkpoint checkpoint, EngineHandle engine, Role role, long model) {
        this.shape = shape;
        this.directory = checkpoint.directory();
        this.engine = engine;
        this.role = role;
        this.model = model;
        this.description = shape.config.describe();
        this.limits = InputLimits.of(description, checkpoint.absentTokens());
        this.trained = shape.table;
        closers.push(() -> NativeEngine.closeModel(model));
    }

    /**
     * Loads a model; the calling thread holds the engine. A trainable policy with an adapter trains that alone; in other
     * roles an adapter is part of the weights.
     */
    static ModelHandle load(EngineHandle engine, ModelSource source, Arithmetic arithmetic, Role role) {
        boolean adapts = role.adapts(source);
        try (Checkpoint checkpoint = Checkpoint.open(adapts ? source.withoutAdapter() : source)) {
            ModelShape shape = new ModelShape(checkpoint.config(), checkpoint.layout());
            requireAddressable(shape, source);
            long model = NativeEngine.openModel(
                    engine.engine(),
                    arithmetic.name(),
                    adapts || role != Role.TRAINABLE_POLICY,
                    NativeStructs.Config.of(shape.config, checkpoint.absentTokens()),
                    shape.offsets(),
                    shape.layerOffsets());
            ModelHandle handle = new ModelHandle(shape, checkpoint, engine, role, model);
            try {
                handle.read(checkpoint);
                if (adapts) {
                    handle.openAdapter(source);
                }
                return handle;
            } catch (RuntimeException | Error e) {
                handle.close();
                throw e;
            }
        }
    }

    private void read(Checkpoint checkpoint) {
        List<WeightSpec> specs = shape.table.specs();
        boolean narrow =
                specs.stream().filter(WeightSpec::decays).allMatch(spec -> isStoredAs(DType.BF16, checkpoint, spec));
        for (int i = 0; i < specs.size(); i++) {
            read(checkpoint, specs.get(i), shape.table.offset(i), narrow);
        }
        NativeEngine.loaded(model);
    }

    /** The bytes of the file go into the engine's memory at once, where it takes that type. */
    private void read(Checkpoint checkpoint, WeightSpec spec, long offset, boolean narrow) {
        if (narrow && isStoredAs(DType.BF16, checkpoint, spec)) {
            checkpoint.readStored(spec, NativeEngine.loadNarrow(model, offset, spec.size()));
            return;
        }
        ByteBuffer target = NativeEngine.load(model, offset, spec.size());
        if (isStoredAs(DType.F32, checkpoint, spec)) {
            checkpoint.readStored(spec, target);
        } else {
            checkpoint.read(spec, floats(target));
        }
    }

    /** Whether the engine can take a weight as it is stored: numbers in files are little-endian. */
    private static boolean isStoredAs(DType type, Checkpoint checkpoint, WeightSpec spec) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && checkpoint.storedType(spec).filter(type::equals).isPresent();
    }

    private void openAdapter(ModelSource source) {
        try (Adapter file = Adapter.openTrainable(source, shape.config)) {
            LowRankAdapter opened = new LowRankAdapter(source, file.options(), file.layout());
            NativeEngine.openAdapter(model, opened.shape());
            adapter = opened;
            trained = new WeightTable(opened.layout().all());
            for (int i = 0; i < trained.specs().size(); i++) {
                file.read(trained.specs().get(i), weight(i));
            }
            NativeEngine.parametersChanged(model);
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

    /** The weights that training changes: all of them, or those of the adapter. */
    WeightTable trained() {
        return trained;
    }

    /** The adapter that is trained; null if all weights are. */
    @Nullable
    LowRankAdapter adapter() {
        return adapter;
    }

    /** A view of one of the {@link #trained} weights as it is now, row-major; for use within {@link #use}. */
    FloatBuffer weight(int index) {
        return floats(NativeEngine.parameters(
                model, trained.offset(index), trained.specs().get(index).size()));
    }

    private static FloatBuffer floats(ByteBuffer bytes) {
        return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
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

    /** A model that is not to be trained keeps only what forward passes read. */
    void requireTrainable(String operation) {
        if (role != Role.TRAINABLE_POLICY) {
            throw new UnsupportedCapabilityException("this " + role + " was opened for inference alone; " + operation
                    + " needs one from openTrainablePolicy");
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
