package org.rpt4j.backend.onnx.export;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.WeightSpec;

/**
 * A weight of a graph, and how it is computed from those of a checkpoint.
 *
 * @param name name of the initializer
 * @param shape dimensions, one or two
 * @param content its values
 */
public record GraphWeight(String name, List<Long> shape, Content content) {

    /** Produces the values of a weight, row by row. */
    @FunctionalInterface
    interface Content {
        /** Passes every row to {@code rows}, in order; the array is reused. A vector is one row. */
        void read(Checkpoint checkpoint, Consumer<float[]> rows);
    }

    /** Maximum number of target rows gathered from the source at a time: those of one cache line. */
    private static final int BLOCK = 16;

    /** Number of elements. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /**
     * Reads the weight. Needs heap for one weight of the checkpoint.
     *
     * @param rows receives every row in order; the array is reused
     */
    public void read(Checkpoint checkpoint, Consumer<float[]> rows) {
        content.read(checkpoint, rows);
    }

    /** An unchanged vector or matrix. */
    static GraphWeight same(WeightSpec spec) {
        int width = spec.shape().get(spec.shape().size() - 1);
        return new GraphWeight(spec.name(), longs(spec.shape()), (checkpoint, rows) -> {
            float[] source = CheckpointFloats.read(checkpoint, spec);
            float[] row = new float[width];
            for (int at = 0; at < source.length; at += width) {
                System.arraycopy(source, at, row, 0, width);
                rows.accept(row);
            }
        });
    }

    /** A vector whose components are moved and scaled; the rest is zero. */
    static GraphWeight spread(WeightSpec spec, int width, IntUnaryOperator place, double factor) {
        return spread(spec, width, place, factor, 0);
    }

    /** A vector whose components are moved and scaled, after {@code added} was added to each; the rest is zero. */
    static GraphWeight spread(WeightSpec spec, int width, IntUnaryOperator place, double factor, double added) {
        return new GraphWeight(spec.name(), List.of((long) width), (checkpoint, rows) -> {
            float[] source = CheckpointFloats.read(checkpoint, spec);
            float[] row = new float[width];
            for (int i = 0; i < source.length; i++) {
                row[place.applyAsInt(i)] = (float) ((source[i] + added) * factor);
            }
            rows.accept(row);
        });
    }

    /**
     * A projection [out, in] of the checkpoint as [in, out], as ONNX multiplies.
     *
     * @param in rows of the result
     * @param inPlace row of the result for each input of the projection
     * @param out columns of the result
     * @param outPlace column of the result for each output of the projection
     */
    static GraphWeight transposed(
            WeightSpec spec, int in, IntUnaryOperator inPlace, int out, IntUnaryOperator outPlace) {
        return new GraphWeight(spec.name(), List.of((long) in, (long) out), (checkpoint, rows) -> {
            float[] source = CheckpointFloats.read(checkpoint, spec);
            int sourceOut = spec.shape().get(0);
            int sourceIn = spec.shape().get(1);
            int[] inputOfRow = inverse(sourceIn, in, inPlace);
            float[][] block = new float[BLOCK][out];
            for (int from = 0; from < in; from += BLOCK) {
                int count = Math.min(BLOCK, in - from);
                for (int o = 0; o < sourceOut; o++) {
                    int column = outPlace.applyAsInt(o);
                    for (int r = 0; r < count; r++) {
                        int input = inputOfRow[from + r];
                        block[r][column] = input < 0 ? 0 : source[o * sourceIn + input];
                    }
                }
                for (int r = 0; r < count; r++) {
                    rows.accept(block[r]);
                }
            }
        });
    }

    private static int[] inverse(int count, int places, IntUnaryOperator place) {
        int[] inverse = new int[places];
        Arrays.fill(inverse, -1);
        for (int i = 0; i < count; i++) {
            inverse[place.applyAsInt(i)] = i;
        }
        return inverse;
    }

    private static List<Long> longs(List<Integer> shape) {
        return shape.stream().map(Integer::longValue).toList();
    }
}
