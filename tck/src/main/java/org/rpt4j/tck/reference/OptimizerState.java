package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.SafetensorsFile;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.TensorInfo;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;

/**
 * Moments and step count. In the file, weight {@code w} has the tensors {@code w.first_moment} and {@code
 * w.second_moment}, and the header's metadata has {@code step_count}.
 */
final class OptimizerState {

    private static final String FIRST = ".first_moment";
    private static final String SECOND = ".second_moment";
    private static final String STEP_COUNT = "step_count";

    private final double[][] first;
    private final double[][] second;
    private final long stepCount;

    OptimizerState(double[][] first, double[][] second, long stepCount) {
        this.first = first;
        this.second = second;
        this.stepCount = stepCount;
    }

    /** First moments, one array per weight. */
    double[][] first() {
        return first;
    }

    /** Second moments, one array per weight. */
    double[][] second() {
        return second;
    }

    /** Updates so far. */
    long stepCount() {
        return stepCount;
    }

    static OptimizerState initial(ReferenceModel model) {
        return new OptimizerState(model.zeros(), model.zeros(), 0);
    }

    /** The moments, in the order of the layout. */
    List<SafetensorsWriter.Entry> entries(WeightLayout layout) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (int i = 0; i < first.length; i++) {
            WeightSpec weight = layout.all().get(i);
            entries.add(entry(weight, FIRST, first[i]));
            entries.add(entry(weight, SECOND, second[i]));
        }
        return entries;
    }

    /** The step count. */
    Map<String, String> metadata() {
        return Map.of(STEP_COUNT, Long.toString(stepCount));
    }

    private static SafetensorsWriter.Entry entry(WeightSpec weight, String suffix, double[] values) {
        float[] stored = new float[values.length];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = (float) values[i];
        }
        return new SafetensorsWriter.Entry(
                weight.name() + suffix, DType.F32, weight.shape(), () -> FloatBuffer.wrap(stored));
    }

    static OptimizerState read(Path file, ReferenceModel model) {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            List<WeightSpec> weights = model.layout().all();
            requireSameModel(file, stored.tensors(), weights);
            OptimizerState state = new OptimizerState(model.zeros(), model.zeros(), stepCount(file, stored));
            for (int i = 0; i < weights.size(); i++) {
                read(stored, weights.get(i).name() + FIRST, state.first[i]);
                read(stored, weights.get(i).name() + SECOND, state.second[i]);
            }
            return state;
        } catch (ModelFormatException e) {
            throw new CheckpointException("cannot restore the optimizer from " + file + ": " + e.getMessage(), e);
        }
    }

    private static void requireSameModel(Path file, Map<String, TensorInfo> tensors, List<WeightSpec> weights) {
        Set<String> unexpected = new HashSet<>(tensors.keySet());
        for (WeightSpec weight : weights) {
            List<Long> shape = weight.shape().stream().map(Integer::longValue).toList();
            for (String suffix : List.of(FIRST, SECOND)) {
                TensorInfo tensor = tensors.get(weight.name() + suffix);
                unexpected.remove(weight.name() + suffix);
                if (tensor == null || !tensor.shape().equals(shape)) {
                    throw new CheckpointException(file + " is of another model: " + weight.name() + suffix + " is "
                            + (tensor == null ? "missing" : tensor.shape().toString()) + ", expected " + shape);
                }
            }
        }
        if (!unexpected.isEmpty()) {
            throw new CheckpointException(file + " is of another model: this one has no " + unexpected);
        }
    }

    private static long stepCount(Path file, SafetensorsFile stored) {
        String text = stored.metadata().getOrDefault(STEP_COUNT, "");
        if (!text.matches("\\d{1,18}")) {
            throw new CheckpointException(file + " has the " + STEP_COUNT + " \"" + text + "\", expected a number");
        }
        return Long.parseLong(text);
    }

    private static void read(SafetensorsFile file, String name, double[] values) {
        float[] stored = new float[values.length];
        file.read(name, FloatBuffer.wrap(stored));
        for (int i = 0; i < values.length; i++) {
            values[i] = stored[i];
        }
    }
}
