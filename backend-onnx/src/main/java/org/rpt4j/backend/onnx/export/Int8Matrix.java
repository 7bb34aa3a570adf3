package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.OutputStream;
import org.rpt4j.api.error.NumericalException;

/**
 * A matrix of floats as signed bytes with one scale per column: w = scale * q, q between -127 and 127, no zero point.
 *
 * @param matrix the matrix to quantise, [K, N], or [N, K] if {@code transposed}
 * @param transposed whether the columns of the result are the rows of {@code matrix}
 */
record Int8Matrix(TensorProto matrix, boolean transposed) {

    private static final int MOST = 127;

    /** Returns the number of rows of the result, K. */
    int rows() {
        return Math.toIntExact(matrix.getDims(transposed ? 1 : 0));
    }

    /** Returns the number of columns of the result, N. */
    int columns() {
        return Math.toIntExact(matrix.getDims(transposed ? 0 : 1));
    }

    /** Returns the number of bytes of the result. */
    long bytes() {
        return Math.multiplyExact((long) rows(), columns());
    }

    /**
     * Writes the bytes, [K, N].
     *
     * @return the scales, [N]
     */
    float[] write(StoredTensors tensors, OutputStream out) throws IOException {
        return transposed ? writeTransposed(tensors, out) : writeDirectly(tensors, out);
    }

    private float[] writeDirectly(StoredTensors tensors, OutputStream out) throws IOException {
        float[] scales = new float[columns()];
        tensors.rows(matrix, row -> {
            for (int n = 0; n < row.length; n++) {
                scales[n] = Math.max(scales[n], Math.abs(row[n]));
            }
        });
        for (int n = 0; n < scales.length; n++) {
            scales[n] = scale(scales[n]);
        }
        byte[] quantised = new byte[columns()];
        tensors.rows(matrix, row -> {
            for (int n = 0; n < row.length; n++) {
                quantised[n] = quantise(row[n], scales[n]);
            }
            out.write(quantised);
        });
        return scales;
    }

    /** Needs heap for the result, because its first row depends on all rows of the source. */
    private float[] writeTransposed(StoredTensors tensors, OutputStream out) throws IOException {
        int columns = columns();
        float[] scales = new float[columns];
        byte[] quantised = new byte[Math.toIntExact(bytes())];
        int[] next = {0};
        tensors.rows(matrix, row -> {
            int column = next[0]++;
            float largest = 0;
            for (float value : row) {
                largest = Math.max(largest, Math.abs(value));
            }
            scales[column] = scale(largest);
            for (int k = 0; k < row.length; k++) {
                quantised[k * columns + column] = quantise(row[k], scales[column]);
            }
        });
        out.write(quantised);
        return scales;
    }

    /** A column with NaN would become a column of zeros. */
    private float scale(float largest) {
        if (!Float.isFinite(largest)) {
            throw new NumericalException("weight \"" + matrix.getName() + "\" holds " + largest
                    + ", which has no 8-bit form: the model is damaged. Use another copy.");
        }
        return largest == 0 ? 1 : largest / MOST;
    }

    private static byte quantise(float value, float scale) {
        return (byte) Math.max(-MOST, Math.min(MOST, Math.round(value / scale)));
    }
}
