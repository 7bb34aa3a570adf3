package org.rpt4j.backend.jni;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;

/**
 * Structs that cross to the engine. The engine's C++ has a struct of the same name for each class, with the same
 * members: {@code Config}, {@code Layout} and {@code LayerOffsets} in {@code engine/config.h}, {@code
 * AdapterShape} in {@code engine/adapter.h}, {@code DecaySpan} and
 * {@code UpdateOptions} in {@code engine/optimizer.h}. {@code jni/structs.cpp} reads every field by its name, so order
 * does not matter, and a name that only C++ has is a {@link NoSuchFieldError} when the first engine opens. The engine
 * refuses values that do not fit together and names the field. {@link FlatBatch} crosses in the same way.
 */
final class NativeStructs {

    private NativeStructs() {}

    /** The shape of a decoder. */
    static final class Config {
        int vocabulary;
        int hidden;
        int intermediate;
        int layers;
        int heads;
        int keyValueHeads;
        int headSize;
        int context;
        double epsilon;
        boolean queryKeyNorm;
        /** Radians per position, [rotarySize / 2] for each rotation, one after the other. */
        double[] frequencies = {};
        /** What each rotation multiplies cosines and sines by. */
        double[] rotaryFactors = {1};
        /** The rotation of each layer, -1 for none. */
        int[] rotations = {};
        /** How many tokens a token of each layer sees, 0 for all. */
        int[] windows = {};
        /** Components of a head that rotate. */
        int rotarySize;
        /** Factor of products of queries and keys. */
        double attentionScale;

        double embeddingScale = 1;
        /** What is added to the weights of a norm. */
        double normAdded;

        boolean normOverAllHeads;
        boolean normsBehind;
        boolean gelu;
        /** Experts of a layer that has some; 0 if no layer has any. */
        int experts;

        int expertsPerToken;
        /** Width within an expert. */
        int expertWidth;
        /** Whether the factors of the experts of a token are divided by their sum. */
        boolean sharesNormalised;
        /** 1 for each layer with experts, 0 for others; empty if no layer has any. */
        int[] expertLayers = {};
        /** Ids that no token has, as pairs of a first id and the one behind the last. */
        int[] absent = {};

        static Config of(ModelConfig model, AbsentTokens absentTokens) {
            Config config = new Config();
            config.vocabulary = model.vocabularySize();
            config.hidden = model.hiddenSize();
            config.intermediate = model.intermediateSize();
            config.layers = model.layers();
            config.heads = model.heads();
            config.keyValueHeads = model.keyValueHeads();
            config.headSize = model.headSize();
            config.context = model.contextLength();
            config.epsilon = model.normEpsilon();
            config.queryKeyNorm = model.queryKeyNorm();
            config.setSwitches(model);
            config.setExperts(model);
            config.absent = absentTokens.ranges();
            return config;
        }

        private void setExperts(ModelConfig model) {
            Experts of = model.switches().experts();
            experts = of.count();
            expertsPerToken = of.perToken();
            expertWidth = of.width();
            sharesNormalised = of.normalised();
            if (experts > 0) {
                expertLayers = IntStream.range(0, model.layers())
                        .map(layer -> model.hasExperts(layer) ? 1 : 0)
                        .toArray();
            }
        }

        private void setSwitches(ModelConfig model) {
            DecoderSwitches switches = model.switches();
            List<Rotation> used =
                    switches.uses(Rotation.LOCAL) ? List.of(Rotation.GLOBAL, Rotation.LOCAL) : List.of(Rotation.GLOBAL);
            frequencies = used.stream()
                    .flatMapToDouble(rotation -> Arrays.stream(model.rotaryFrequencies(rotation)))
                    .toArray();
            rotaryFactors = used.stream().mapToDouble(model::rotaryFactor).toArray();
            rotations = switches.layers().stream()
                    .mapToInt(layer -> used.indexOf(layer.rotation()))
                    .toArray();
            windows = switches.layers().stream()
                    .mapToInt(DecoderSwitches.LayerKind::window)
                    .toArray();
            rotarySize = switches.rotarySize();
            attentionScale = switches.attentionScale();
            embeddingScale = switches.embeddingScale();
            normAdded = switches.normAddsOne() ? 1 : 0;
            normOverAllHeads = switches.normOverAllHeads();
            normsBehind = switches.normPlacement().after();
            gelu = switches.activation() == DecoderSwitches.Activation.GELU_TANH;
        }
    }

    /** First element of the weights outside layers, and where the layers lie. */
    static final class Layout {
        long embedding;
        long finalNorm;
        /** The embedding if the head is tied. */
        long head;

        long layerStart;
        /** Of a layer without experts. */
        long layerSize;
        /** Of a layer with experts. */
        long expertLayerSize;

        long total;
    }

    /** First element of each weight of a layer, counted from the layer's first. */
    static final class LayerOffsets {
        /** The offset of a weight that the model does not have. */
        static final long ABSENT = -1;

        long inputNorm;
        /** Query, key and value rows one after the other. */
        long fused;
        /** Their biases. */
        long fusedBias;

        long queryNorm;
        long keyNorm;
        long output;
        long outputBias;
        long postNorm;
        /** Gate rows, then up rows; of a layer without experts. */
        long gateUp;

        long down;
        /** Behind attention. */
        long attentionNorm;
        /** Behind the feed-forward. */
        long feedForwardNorm;
        /** A row for each expert. */
        long router;
        /** Of each in turn gate rows, up rows, down. */
        long experts;
    }

    /** Low-rank factors of the linear layers that have them, of every decoder layer. */
    static final class AdapterShape {
        int rank;
        /** Factor of every product, such as alpha / rank. */
        double scale;

        boolean query;
        boolean key;
        boolean value;
        boolean output;
        boolean gate;
        boolean up;
        boolean down;
    }

    /** A stretch of weights that all decay, or all do not. */
    static final class DecaySpan {
        long begin;
        long end;
        boolean decays;
    }

    /** One update of AdamW. */
    static final class UpdateOptions {
        double rate;
        double beta1;
        double beta2;
        double epsilon;
        double weightDecay;
        double maxNorm;
        /** Counted from 1. */
        long step;

        static UpdateOptions of(OptimizerOptions options, long step) {
            UpdateOptions update = new UpdateOptions();
            update.rate = options.learningRateAt(step);
            update.beta1 = options.beta1();
            update.beta2 = options.beta2();
            update.epsilon = options.epsilon();
            update.weightDecay = options.weightDecay();
            update.maxNorm = options.maxGradientNorm();
            update.step = step;
            return update;
        }
    }
}
