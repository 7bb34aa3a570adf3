package org.rpt4j.model.format;

import java.util.Collections;
import java.util.List;

/**
 * What differs between families of decoders beside their sizes. Every backend computes one network that obeys these
 * switches, or refuses one by name; none asks for the family.
 *
 * @param activation activation of the gate in the feed-forward
 * @param normPlacement where the RMSNorms of a layer stand
 * @param normAddsOne whether an RMSNorm multiplies by 1 + w instead of w
 * @param normOverAllHeads whether query and key norms, if there are any, cover all heads at once instead of each
 * @param embeddingScale factor of the embeddings that enter the first layer; the head is not scaled
 * @param attentionScale factor of the products of queries and keys
 * @param rotarySize components of a head that rotate, the first ones; even
 * @param localTheta base of the rotary frequencies of {@link Rotation#LOCAL} layers
 * @param fused whether the files hold query, key and value as one matrix, and gate and up as another
 * @param extraLayers layers {@code model.mtp_layers} in the files that predict further tokens; not computed, kept on save
 * @param experts feed-forwards of which a token uses a few
 * @param layers each layer's rotation and window
 * @since 0.1.0
 */
public record DecoderSwitches(
        Activation activation,
        NormPlacement normPlacement,
        boolean normAddsOne,
        boolean normOverAllHeads,
        double embeddingScale,
        double attentionScale,
        int rotarySize,
        double localTheta,
        boolean fused,
        int extraLayers,
        Experts experts,
        List<LayerKind> layers) {

    /** The activation g of the feed-forward down(g(gate x) * up x). */
    public enum Activation {
        /** x sigmoid(x) (Elfwing et al. 2018, arXiv 1702.03118). */
        SILU,
        /**
         * GELU by tanh, 0.5 x (1 + tanh(z)) with z = sqrt(2 / pi) (x + 0.044715 x^3) (Hendrycks and Gimpel 2016, arXiv
         * 1606.08415), which equals x sigmoid(2 z).
         */
        GELU_TANH
    }

    /** Where RMSNorms stand around attention and feed-forward, f in x + f(x). */
    public enum NormPlacement {
        /** x + f(norm(x)). */
        BEFORE,
        /** x + norm(f(x)). */
        AFTER,
        /** x + norm(f(norm(x))). */
        BOTH;

        /** Returns whether a norm stands before. */
        public boolean before() {
            return this != AFTER;
        }

        /** Returns whether a norm stands behind. */
        public boolean after() {
            return this != BEFORE;
        }
    }

    /** How a layer rotates queries and keys by their position. */
    public enum Rotation {
        /** With the base and the scaling of the model. */
        GLOBAL,
        /** With a base of its own, unscaled. */
        LOCAL,
        /** Not at all. */
        NONE
    }

    /**
     * What distinguishes a layer from others of the model.
     *
     * @param rotation how it rotates queries and keys
     * @param window how many tokens a token sees, itself included; 0 for all
     */
    public record LayerKind(Rotation rotation, int window) {

        /** A layer that rotates and sees everything. */
        public static final LayerKind FULL = new LayerKind(Rotation.GLOBAL, 0);

        public LayerKind {
            if (window < 0) {
                throw new IllegalArgumentException("window is " + window + ", must be 0 for none or positive");
            }
        }
    }

    public DecoderSwitches {
        requirePositive("embeddingScale", embeddingScale);
        requirePositive("attentionScale", attentionScale);
        if (rotarySize < 2 || rotarySize % 2 != 0) {
            throw new IllegalArgumentException("rotarySize is " + rotarySize + ", must be even and at least 2");
        }
        if (!(localTheta >= 1 && localTheta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("localTheta is " + localTheta + ", must be finite and at least 1");
        }
        if (extraLayers < 0) {
            throw new IllegalArgumentException("extraLayers is " + extraLayers + ", must not be negative");
        }
        layers = List.copyOf(layers);
        for (int layer : experts.denseLayers()) {
            if (layer < 0 || layer >= layers.size()) {
                throw new IllegalArgumentException(
                        "denseLayers of the experts has " + layer + ", must be below the " + layers.size() + " layers");
            }
        }
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " is " + value + ", must be positive and finite");
        }
    }

    /** Returns the switches of Llama. */
    public static DecoderSwitches standard(int layers, int headSize) {
        return new Builder(layers, headSize).build();
    }

    /** Returns a builder that starts from the switches of Llama. */
    public static Builder builder(int layers, int headSize) {
        return new Builder(layers, headSize);
    }

    /** Returns whether a layer has this rotation. */
    public boolean uses(Rotation rotation) {
        return layers.stream().anyMatch(layer -> layer.rotation() == rotation);
    }

    /** Returns whether a layer has a window that a text of this many tokens exceeds. */
    public boolean windowed(int tokens) {
        return layers.stream().anyMatch(layer -> layer.window() > 0 && layer.window() < tokens);
    }

    /** Sets switches one by one. Not thread-safe. */
    public static final class Builder {

        private Activation activation = Activation.SILU;
        private NormPlacement normPlacement = NormPlacement.BEFORE;
        private boolean normAddsOne;
        private boolean normOverAllHeads;
        private double embeddingScale = 1;
        private double attentionScale;
        private int rotarySize;
        private double localTheta = 10_000;
        private boolean fused;
        private int extraLayers;
        private Experts experts = Experts.NONE;
        private List<LayerKind> layers;

        private Builder(int layers, int headSize) {
            // The sizes are checked by ModelConfig: a hostile one must get there.
            this.layers = Collections.nCopies(Math.min(Math.max(0, layers), ModelConfig.MAX_LAYERS), LayerKind.FULL);
            this.rotarySize = Math.max(2, headSize - headSize % 2);
            this.attentionScale = 1 / Math.sqrt(headSize);
        }

        public Builder activation(Activation activation) {
            this.activation = activation;
            return this;
        }

        public Builder normPlacement(NormPlacement placement) {
            this.normPlacement = placement;
            return this;
        }

        public Builder normAddsOne(boolean addsOne) {
            this.normAddsOne = addsOne;
            return this;
        }

        public Builder normOverAllHeads(boolean allHeads) {
            this.normOverAllHeads = allHeads;
            return this;
        }

        public Builder embeddingScale(double scale) {
            this.embeddingScale = scale;
            return this;
        }

        public Builder attentionScale(double scale) {
            this.attentionScale = scale;
            return this;
        }

        public Builder rotarySize(int size) {
            this.rotarySize = size;
            return this;
        }

        public Builder localTheta(double theta) {
            this.localTheta = theta;
            return this;
        }

        public Builder fused(boolean fused) {
            this.fused = fused;
            return this;
        }

        public Builder extraLayers(int count) {
            this.extraLayers = count;
            return this;
        }

        public Builder experts(Experts experts) {
            this.experts = experts;
            return this;
        }

        public Builder layers(List<LayerKind> layers) {
            this.layers = List.copyOf(layers);
            return this;
        }

        /** Returns the switches. */
        public DecoderSwitches build() {
            return new DecoderSwitches(
                    activation,
                    normPlacement,
                    normAddsOne,
                    normOverAllHeads,
                    embeddingScale,
                    attentionScale,
                    rotarySize,
                    localTheta,
                    fused,
                    extraLayers,
                    experts,
                    layers);
        }
    }
}
