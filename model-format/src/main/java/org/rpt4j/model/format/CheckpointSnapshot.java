package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.error.CheckpointException;

/**
 * A copy of weights or of an optimizer state on the Java heap, 4 bytes per element. The factory methods copy everything
 * before they return; the backend is not touched afterwards. Thread-safe.
 *
 * @since 0.1.0
 */
public final class CheckpointSnapshot implements Snapshot {

    private volatile @Nullable Consumer<Path> writer;

    private CheckpointSnapshot(Consumer<Path> writer) {
        this.writer = writer;
    }

    /**
     * Copies weights for {@link CheckpointWriter#write}. The write reads {@code config.json} and the tokenizer files
     * from {@code source}, which must still exist then and belong to the same weights.
     *
     * @param source the checkpoint that the model was opened from
     * @param layout the weights to copy
     * @param dtype format in the file
     * @param weights supplies each weight once, in the order of the layout: row-major values between position and limit
     * @throws CheckpointException if there is not enough memory for the copy
     */
    public static Snapshot of(
            Path source, WeightLayout layout, DType dtype, Function<WeightSpec, FloatBuffer> weights) {
        return of(
                layout.all(),
                weights,
                (target, copies) -> CheckpointWriter.write(target, source, layout, dtype, copies));
    }

    /** Copies weights for a writer, which takes the target and a supplier of the copies. */
    static Snapshot of(
            List<WeightSpec> specs,
            Function<WeightSpec, FloatBuffer> weights,
            BiConsumer<Path, Function<WeightSpec, FloatBuffer>> writer) {
        Map<WeightSpec, FloatBuffer> copies = new HashMap<>();
        for (WeightSpec spec : specs) {
            copies.put(spec, copy(spec.name(), () -> weights.apply(spec)));
        }
        return new CheckpointSnapshot(target -> writer.accept(target, copies::get));
    }

    /**
     * Copies an optimizer state for {@link SafetensorsWriter#write}.
     *
     * @param entries moments; the data of each is read once, now
     * @param metadata strings for the header, such as the step count
     * @throws CheckpointException if there is not enough memory for the copy
     */
    public static Snapshot ofState(List<SafetensorsWriter.Entry> entries, Map<String, String> metadata) {
        List<SafetensorsWriter.Entry> copies =
                entries.stream().map(CheckpointSnapshot::copy).toList();
        Map<String, String> header = Map.copyOf(metadata);
        return new CheckpointSnapshot(target -> SafetensorsWriter.write(target, copies, header));
    }

    private static SafetensorsWriter.Entry copy(SafetensorsWriter.Entry entry) {
        FloatBuffer copy = copy(entry.name(), entry.data());
        return new SafetensorsWriter.Entry(entry.name(), entry.dtype(), entry.shape(), () -> copy);
    }

    private static FloatBuffer copy(String name, Supplier<FloatBuffer> source) {
        try {
            FloatBuffer values = source.get().duplicate();
            return FloatBuffer.allocate(values.remaining()).put(values).flip();
        } catch (OutOfMemoryError e) {
            throw new CheckpointException(
                    "not enough memory to copy \"" + name + "\" for a snapshot; the Java heap is limited to "
                            + Runtime.getRuntime().maxMemory() / (1 << 20) + " MB and the snapshot needs 4 bytes"
                            + " per element. Increase it with -Xmx, or save without a snapshot.",
                    e);
        }
    }

    @Override
    public void write(Path target) {
        Consumer<Path> open = writer;
        if (open == null) {
            throw new IllegalStateException("this snapshot is closed and can no longer be written");
        }
        open.accept(target);
    }

    @Override
    public void close() {
        writer = null;
    }
}
