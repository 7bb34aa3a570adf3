package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.RptException;

/**
 * The state of an Adam-like optimizer as one safetensors file, in the format that all backends share: for weight {@code
 * w} the F32 tensors {@code first_moment.w} and {@code second_moment.w} in the shape of the weight, and the number of
 * applied updates under {@code step} in the header's metadata.
 *
 * <p>{@link #open} checks the whole header against the model before a caller reads anything: a state with a missing or
 * extra tensor, or one of the wrong shape or type, is rejected by name (rules O15 and O22 of {@code docs/contract.md}).
 * Reading a moment rejects values that no optimizer can have (rule O23), so read every moment before you change
 * anything. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class OptimizerStateFile implements AutoCloseable {

    /** Both moments of every weight. */
    public interface Moments {

        /**
         * Returns the first moment of a weight.
         *
         * @param weight index in the list
         * @return row-major values between position and limit
         */
        FloatBuffer first(int weight);

        /** Returns the second moment of a weight, like {@link #first}. */
        FloatBuffer second(int weight);
    }

    private static final String FIRST = "first_moment.";
    private static final String SECOND = "second_moment.";
    private static final String STEP = "step";
    private static final int NAMES_SHOWN = 4;

    private final Path path;
    private final SafetensorsFile file;
    private final List<WeightSpec> weights;
    private final long stepCount;

    private OptimizerStateFile(Path path, SafetensorsFile file, List<WeightSpec> weights) {
        this.path = path;
        this.file = file;
        this.weights = weights;
        this.stepCount = stepCount(path, file.metadata());
        requireSameWeights();
    }

    /**
     * Writes a state atomically.
     *
     * @param weights the weights that are trained
     * @param stepCount number of applied updates
     * @throws CheckpointException if it cannot be written
     */
    public static void write(Path file, List<WeightSpec> weights, long stepCount, Moments moments) {
        SafetensorsWriter.write(file, entries(weights, moments), metadata(stepCount));
    }

    /**
     * Copies a state; writing the copy later gives the same bytes as {@link #write} would give now.
     *
     * @throws CheckpointException if there is not enough memory for the copy
     */
    public static Snapshot snapshot(List<WeightSpec> weights, long stepCount, Moments moments) {
        return CheckpointSnapshot.ofState(entries(weights, moments), metadata(stepCount));
    }

    private static List<SafetensorsWriter.Entry> entries(List<WeightSpec> weights, Moments moments) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            WeightSpec weight = weights.get(i);
            int index = i;
            entries.add(new SafetensorsWriter.Entry(
                    FIRST + weight.name(), DType.F32, weight.shape(), () -> moments.first(index)));
            entries.add(new SafetensorsWriter.Entry(
                    SECOND + weight.name(), DType.F32, weight.shape(), () -> moments.second(index)));
        }
        return entries;
    }

    private static Map<String, String> metadata(long stepCount) {
        return Map.of(STEP, Long.toString(stepCount));
    }

    /**
     * Opens a state and checks it against the weights of the model.
     *
     * @throws CheckpointException if the file is missing, damaged, of another kind or of another model
     */
    public static OptimizerStateFile open(Path path, List<WeightSpec> weights) {
        try {
            SafetensorsFile file = SafetensorsFile.open(path);
            try {
                return new OptimizerStateFile(path, file, weights);
            } catch (RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (ModelFormatException e) {
            throw unreadable(path, e);
        }
    }

    private static long stepCount(Path path, Map<String, String> metadata) {
        String step = metadata.get(STEP);
        if (step == null || !step.matches("\\d{1,18}")) {
            throw new CheckpointException(path + " is not an optimizer state: its metadata has "
                    + (step == null
                            ? metadata.keySet() + ", not a number under \"step\""
                            : "the step \"" + step + "\", expected a number"));
        }
        return Long.parseLong(step);
    }

    private void requireSameWeights() {
        Set<String> unexpected = new TreeSet<>(file.tensors().keySet());
        for (WeightSpec weight : weights) {
            for (String name : List.of(FIRST + weight.name(), SECOND + weight.name())) {
                requireTensor(name, weight);
                unexpected.remove(name);
            }
        }
        if (!unexpected.isEmpty()) {
            throw new CheckpointException(path + " belongs to another model: this model has no weight for "
                    + unexpected.size() + " of its tensors, such as "
                    + unexpected.stream().limit(NAMES_SHOWN).toList());
        }
    }

    private void requireTensor(String name, WeightSpec weight) {
        TensorInfo tensor = file.tensors().get(name);
        List<Long> shape = weight.shape().stream().map(Integer::longValue).toList();
        if (tensor == null || !tensor.shape().equals(shape)) {
            throw new CheckpointException(path + " belongs to another model: " + name + " is "
                    + (tensor == null ? "missing" : "of shape " + tensor.shape()) + ", expected " + shape);
        }
        if (!tensor.dtype().equals(DType.F32.name())) {
            throw new CheckpointException(
                    path + " is not an optimizer state: " + name + " is of type " + tensor.dtype() + ", expected F32");
        }
    }

    /** Returns the number of applied updates. */
    public long stepCount() {
        return stepCount;
    }

    /**
     * Reads the first moment of a weight.
     *
     * @param weight index in the list
     * @param target filled from its position to its limit, which must match the size of the weight; both stay unchanged
     * @throws CheckpointException if it cannot be read, or if a value is NaN, infinite, or not 0 before the first update
     */
    public void readFirst(int weight, FloatBuffer target) {
        read(FIRST + weights.get(weight).name(), target, -Float.MAX_VALUE);
    }

    /** Reads the second moment of a weight, like {@link #readFirst}; it is a mean of squares and never negative. */
    public void readSecond(int weight, FloatBuffer target) {
        read(SECOND + weights.get(weight).name(), target, 0);
    }

    private void read(String name, FloatBuffer target, float least) {
        try {
            file.read(name, target);
        } catch (ModelFormatException | NumericalException e) {
            throw unreadable(path, e);
        }
        float most = stepCount == 0 ? 0 : Float.MAX_VALUE;
        for (int i = target.position(); i < target.limit(); i++) {
            float value = target.get(i);
            if (!(value >= Math.max(least, -most) && value <= most)) {
                throw new CheckpointException("cannot restore the optimizer from " + path + ": " + name
                        + " has the value "
                        + value + " at index " + (i - target.position()) + ", which no optimizer has after " + stepCount
                        + " updates: moments are finite, second moments not negative, and all are 0 before the first"
                        + " update. Use another checkpoint.");
            }
        }
    }

    private static CheckpointException unreadable(Path path, RptException cause) {
        return new CheckpointException("cannot restore the optimizer from " + path + ": " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        file.close();
    }
}
