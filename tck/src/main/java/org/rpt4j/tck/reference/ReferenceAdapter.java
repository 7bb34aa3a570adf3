package org.rpt4j.tck.reference;

import java.nio.FloatBuffer;
import java.util.List;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.Adapter;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.AdapterLayout.Pair;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.WeightSpec;

/**
 * A low-rank adapter over a frozen model, by the definition: the model computes with W' = W + s B A in float64, and the
 * gradients of A and B follow from that of W' by the chain rule, dB = s dW' A^T and dA = s B^T dW' (Hu et al. 2022, arXiv
 * 2106.09685, section 4.1). Mutable through its arrays; not thread-safe during changes.
 */
public final class ReferenceAdapter implements TrainedWeights {

    private final ReferenceModel base;
    private final ReferenceModel adapted;
    private final LoraOptions options;
    private final AdapterLayout layout;
    private final double[][] values;

    private ReferenceAdapter(ReferenceModel base, LoraOptions options, AdapterLayout layout, double[][] values) {
        this.base = base;
        this.adapted = base.copy();
        this.options = options;
        this.layout = layout;
        this.values = values;
        changed();
    }

    /**
     * Reads the adapter of a source and the checkpoint under it.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if they cannot be read, or do not fit each other
     */
    public static ReferenceAdapter read(ModelSource source) {
        ReferenceModel base = ReferenceModel.read(source.withoutAdapter());
        try (Adapter adapter = Adapter.openTrainable(source, base.config())) {
            List<WeightSpec> specs = adapter.layout().all();
            double[][] values = new double[specs.size()][];
            for (int i = 0; i < values.length; i++) {
                float[] stored = new float[Math.toIntExact(specs.get(i).size())];
                adapter.read(specs.get(i), FloatBuffer.wrap(stored));
                values[i] = ReferenceModel.doubles(stored);
            }
            return new ReferenceAdapter(base, adapter.options(), adapter.layout(), values);
        }
    }

    /** Returns the frozen model. */
    public ReferenceModel base() {
        return base;
    }

    /** Returns the model with the weights W'; it follows {@link #changed}. */
    public ReferenceModel adapted() {
        return adapted;
    }

    /** Returns rank, scale and targets. */
    public LoraOptions options() {
        return options;
    }

    /** Returns names, shapes and order of A and B. */
    public AdapterLayout layout() {
        return layout;
    }

    @Override
    public List<WeightSpec> specs() {
        return layout.all();
    }

    @Override
    public double[][] values() {
        return values;
    }

    /** Returns the gradients of A and B, given that of every weight of the adapted model. */
    public double[][] gradients(double[][] ofModel) {
        double[][] gradients = zeros();
        addGradient(ofModel, gradients);
        return gradients;
    }

    @Override
    public void addGradient(double[][] ofModel, double[][] target) {
        for (int p = 0; p < layout.pairs().size(); p++) {
            double[] dw = ofModel[index(p)];
            double[] a = values[2 * p];
            double[] b = values[2 * p + 1];
            double[] da = target[2 * p];
            double[] db = target[2 * p + 1];
            int rank = options.rank();
            int in = a.length / rank;
            for (int o = 0; o < b.length / rank; o++) {
                for (int k = 0; k < rank; k++) {
                    double sum = 0;
                    for (int i = 0; i < in; i++) {
                        sum += dw[o * in + i] * a[k * in + i];
                        da[k * in + i] += options.scale() * b[o * rank + k] * dw[o * in + i];
                    }
                    db[o * rank + k] += options.scale() * sum;
                }
            }
        }
    }

    @Override
    public void changed() {
        for (int p = 0; p < layout.pairs().size(); p++) {
            double[] w = base.weights()[index(p)];
            double[] merged = adapted.weights()[index(p)];
            double[] a = values[2 * p];
            double[] b = values[2 * p + 1];
            int rank = options.rank();
            int in = a.length / rank;
            for (int o = 0; o < b.length / rank; o++) {
                for (int i = 0; i < in; i++) {
                    double sum = 0;
                    for (int k = 0; k < rank; k++) {
                        sum += b[o * rank + k] * a[k * in + i];
                    }
                    merged[o * in + i] = w[o * in + i] + options.scale() * sum;
                }
            }
        }
    }

    private int index(int pair) {
        Pair at = layout.pairs().get(pair);
        return base.layout().index(at.layer(), at.target());
    }
}
