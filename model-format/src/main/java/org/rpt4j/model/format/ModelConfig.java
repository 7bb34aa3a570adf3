package org.rpt4j.model.format;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.error.ModelFormatException;

/**
 * The shape of a decoder, as described by {@code config.json} in the Hugging Face layout. Read it with {@link
 * ModelConfigReader}. Every weight has fewer than 2^31 elements.
 *
 * @param architecture the family
 * @param vocabularySize rows of the embedding, V
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward, of layers without experts
 * @param layers number of decoder layers
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize width of a head, even
 * @param contextLength maximum number of positions
 * @param normEpsilon epsilon of every RMSNorm
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling scaling of the rotary frequencies
 * @param tiedHead whether the output head shares the embedding
 * @param queryBias whether the query, key and value projections have biases
 * @param outputBias whether the attention output projection has a bias
 * @param queryKeyNorm whether query and key heads are normalised before the rotation
 * @param endTokens ids that end a text, those of {@code generation_config.json} included; may be empty
 * @param switches what differs between families beside sizes
 * @since 0.1.0
 */
public record ModelConfig(
        Architecture architecture,
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int contextLength,
        double normEpsilon,
        double ropeTheta,
        RopeScaling ropeScaling,
        boolean tiedHead,
        boolean queryBias,
        boolean outputBias,
        boolean queryKeyNorm,
        List<Integer> endTokens,
        DecoderSwitches switches) {

    // Far above any real model, yet low enough to limit what a hostile file can make a backend allocate.
    static final int MAX_LAYERS = 10_000;
    private static final int MAX_CONTEXT = 1 << 24;
    private static final int MAX_EXPERTS = 1 << 17;

    public ModelConfig {
        requireRange("vocabularySize", vocabularySize, Integer.MAX_VALUE);
        requireRange("hiddenSize", hiddenSize, Integer.MAX_VALUE);
        requireRange("intermediateSize", intermediateSize, Integer.MAX_VALUE);
        requireRange("layers", layers, MAX_LAYERS);
        requireRange("heads", heads, Integer.MAX_VALUE);
        requireRange("keyValueHeads", keyValueHeads, heads);
        requireRange("headSize", headSize, Integer.MAX_VALUE);
        requireRange("contextLength", contextLength, MAX_CONTEXT);
        if (heads % keyValueHeads != 0) {
            throw new IllegalArgumentException(
                    "keyValueHeads is " + keyValueHeads + ", must divide heads, which is " + heads);
        }
        if (headSize % 2 != 0) {
            throw new IllegalArgumentException("headSize is " + headSize + ", must be even for rotary positions");
        }
        requireProduct("vocabularySize * hiddenSize", vocabularySize, hiddenSize);
        requireProduct("intermediateSize * hiddenSize", intermediateSize, hiddenSize);
        int queries = requireProduct("heads * headSize", heads, headSize);
        requireProduct("heads * headSize * hiddenSize", queries, hiddenSize);
        if (!(normEpsilon > 0 && normEpsilon < 1)) {
            throw new IllegalArgumentException("normEpsilon is " + normEpsilon + ", must be between 0 and 1");
        }
        if (!(ropeTheta >= 1 && ropeTheta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("ropeTheta is " + ropeTheta + ", must be finite and at least 1");
        }
        if (switches.layers().size() != layers) {
            throw new IllegalArgumentException(
                    "switches describe " + switches.layers().size() + " layers, layers is " + layers);
        }
        requireExperts(switches.experts(), layers, hiddenSize);
        if (switches.rotarySize() > headSize) {
            throw new IllegalArgumentException(
                    "rotarySize is " + switches.rotarySize() + ", must not be above headSize, which is " + headSize);
        }
        ropeScaling.frequencies(ropeTheta, switches.rotarySize()); // refuses lists of another length
        endTokens = List.copyOf(endTokens);
        for (int token : endTokens) {
            if (token < 0 || token >= vocabularySize) {
                throw new IllegalArgumentException(
                        "endTokens holds " + token + ", must be ids below vocabularySize, which is " + vocabularySize);
            }
        }
    }

    /** Creates the shape of a decoder with the switches of Llama. */
    public ModelConfig(
            Architecture architecture,
            int vocabularySize,
            int hiddenSize,
            int intermediateSize,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            int contextLength,
            double normEpsilon,
            double ropeTheta,
            RopeScaling ropeScaling,
            boolean tiedHead,
            boolean queryBias,
            boolean outputBias,
            boolean queryKeyNorm,
            List<Integer> endTokens) {
        this(
                architecture,
                vocabularySize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                contextLength,
                normEpsilon,
                ropeTheta,
                ropeScaling,
                tiedHead,
                queryBias,
                outputBias,
                queryKeyNorm,
                endTokens,
                DecoderSwitches.standard(layers, headSize));
    }

    static void requireRange(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " is " + value + ", must be between 1 and " + most);
        }
    }

    private static void requireExperts(Experts experts, int layers, int hiddenSize) {
        long all = (long) experts.count() * (layers - experts.denseLayers().size());
        if (all > MAX_EXPERTS) {
            throw new IllegalArgumentException("experts in all layers are " + all + ", must be at most " + MAX_EXPERTS);
        }
        requireProduct("experts * hiddenSize", experts.count(), hiddenSize);
        requireProduct("width of an expert * hiddenSize", experts.width(), hiddenSize);
    }

    private static int requireProduct(String what, int a, int b) {
        long product = (long) a * b;
        if (product > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    what + " is " + product + ", a weight may have at most " + Integer.MAX_VALUE + " elements");
        }
        return (int) product;
    }

    /**
     * Refuses a model that switches on what a backend does not compute; for backends, before they read weights.
     *
     * @param backend name of the backend
     * @param computed what it computes beside the network of Llama, Qwen2 and Qwen3
     * @throws ModelFormatException if the model needs more; it names what, and the backends to use instead
     */
    public void requireComputed(String backend, Set<Switch> computed) {
        Set<Switch> missing = Switch.of(this);
        missing.removeAll(computed);
        if (!missing.isEmpty()) {
            throw new ModelFormatException("backend \"" + backend + "\" does not compute "
                    + missing.stream().map(Switch::toString).collect(Collectors.joining(", ")) + ", which "
                    + architecture.className() + " with this config.json needs. Use the backend native or djl.");
        }
    }

    /** Returns whether a layer has several feed-forwards instead of one. */
    public boolean hasExperts(int layer) {
        return switches.experts().in(layer);
    }

    /** Returns the width of what a token computes in the feed-forward of a layer, in all of its experts together. */
    public long feedForwardWidth(int layer) {
        Experts experts = switches.experts();
        return experts.in(layer) ? (long) experts.perToken() * experts.width() : intermediateSize;
    }

    /** Returns the rotation and window of a layer. */
    public DecoderSwitches.LayerKind layer(int layer) {
        return switches.layers().get(layer);
    }

    /**
     * Returns the rotary frequencies of a rotation in radians per position, [rotarySize / 2]; zeros for none.
     *
     * @see #rotaryFactor
     */
    public double[] rotaryFrequencies(DecoderSwitches.Rotation rotation) {
        return switch (rotation) {
            case GLOBAL -> ropeScaling.frequencies(ropeTheta, switches.rotarySize());
            case LOCAL -> new RopeScaling.None().frequencies(switches.localTheta(), switches.rotarySize());
            case NONE -> new double[switches.rotarySize() / 2];
        };
    }

    /** Returns what a rotation multiplies every cosine and sine by. */
    public double rotaryFactor(DecoderSwitches.Rotation rotation) {
        return rotation == DecoderSwitches.Rotation.GLOBAL ? ropeScaling.attentionFactor() : 1;
    }

    /** Returns the description for applications. */
    public ModelDescription describe() {
        long parameters =
                WeightLayout.of(this).all().stream().mapToLong(WeightSpec::size).sum();
        return new ModelDescription(architecture.className(), parameters, vocabularySize, contextLength);
    }
}
