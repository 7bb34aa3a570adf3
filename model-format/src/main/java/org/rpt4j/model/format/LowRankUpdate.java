package org.rpt4j.model.format;

import java.nio.FloatBuffer;

/** Adds s B A to a matrix W [out, in]. Each sum is rounded once. Stateless. */
final class LowRankUpdate {

    private LowRankUpdate() {}

    /**
     * Adds the product in place.
     *
     * @param w row-major between position and limit, which do not change
     * @param a [rank, in]
     * @param b [out, rank]
     */
    static void add(FloatBuffer w, float[] a, float[] b, int rank, double scale) {
        int in = a.length / rank;
        int out = b.length / rank;
        double[] row = new double[in];
        float[] stored = new float[in];
        for (int o = 0; o < out; o++) {
            int start = w.position() + o * in;
            w.get(start, stored);
            for (int i = 0; i < in; i++) {
                row[i] = stored[i];
            }
            for (int k = 0; k < rank; k++) {
                double factor = scale * b[o * rank + k];
                int from = k * in;
                for (int i = 0; i < in; i++) {
                    row[i] += factor * a[from + i];
                }
            }
            for (int i = 0; i < in; i++) {
                stored[i] = (float) row[i];
            }
            w.put(start, stored);
        }
    }
}
