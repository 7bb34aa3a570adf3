package org.rpt4j.model.format.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.RopeScaling;

/**
 * Makes {@code rope_scaling} from the metadata, and from {@code rope_freqs.weight}: divisors of the rotary frequencies, which
 * llama.cpp's converter computes from Llama 3's settings and stores in their place. Stateless.
 */
final class RotaryScaling {

    private static final String NAME = "rope_scaling";
    /** The divisors are computed in single precision; a large factor enlarges the error of a blend. */
    private static final double TOLERANCE = 1e-4;
    // Of every published model with Llama 3's scaling; the context differs.
    private static final double LOW = 1;
    private static final double HIGH = 4;
    private static final double USUAL_CONTEXT = 8192;

    private RotaryScaling() {}

    /** Adds what the metadata say; whether there are factors decides whether they may say anything. */
    static void put(ObjectNode json, String network, GgufMetadata metadata, boolean factors) {
        String typeKey = network + ".rope.scaling.type";
        String factorKey = network + ".rope.scaling.factor";
        String oldKey = network + ".rope.scale_linear";
        String attention = network + ".rope.scaling.attn_factor";
        String original = network + ".rope.scaling.original_context_length";
        double old = metadata.numberOr(oldKey, 1);
        String type = metadata.textOr(typeKey, old == 1 && !metadata.has(factorKey) ? "none" : "linear");
        double factor = metadata.has(factorKey) ? metadata.number(factorKey) : old;
        if (metadata.numberOr(attention, 1) != 1) {
            throw metadata.unexpected(attention, "1");
        }
        boolean scaled = !type.equals("none") && !(type.equals("linear") && (factor == 1 || factor == 0));
        if (scaled && factors) {
            throw metadata.unexpected(typeKey, "none beside the factors in " + TensorNames.ROTARY_FACTORS);
        }
        if (scaled) {
            ObjectNode scaling = json.putObject(NAME).put("rope_type", type).put("factor", factor);
            if (metadata.has(original)) {
                scaling.put("original_max_position_embeddings", metadata.count(original));
            }
        }
    }

    /**
     * Adds the settings that give the stored divisors.
     *
     * @throws ModelFormatException if no settings of Llama 3's form do
     */
    static void put(ObjectNode json, String file, FloatBuffer divisors) {
        int headSize = json.path("head_dim").intValue();
        if (divisors.remaining() != headSize / 2) {
            throw new ModelFormatException(file + ": " + TensorNames.ROTARY_FACTORS + " has " + divisors.remaining()
                    + " values, expected " + headSize / 2 + ", half the size of a head");
        }
        double theta = json.path("rope_theta").doubleValue();
        double[] wavelengths = new double[headSize / 2];
        for (int i = 0; i < wavelengths.length; i++) {
            wavelengths[i] = 2 * Math.PI / Math.pow(theta, -2.0 * i / headSize);
        }
        if (fits(new RopeScaling.None(), theta, divisors)) {
            return;
        }
        double factor = divisors.get(divisors.limit() - 1);
        if (!(factor > 0 && factor < Float.POSITIVE_INFINITY)) {
            throw new ModelFormatException(
                    file + ": " + TensorNames.ROTARY_FACTORS + " ends with " + factor + ", expected a positive number");
        }
        for (double context : contexts(json, factor, wavelengths, divisors)) {
            if (context > 0 && fits(new RopeScaling.Llama3(factor, LOW, HIGH, context), theta, divisors)) {
                json.putObject(NAME)
                        .put("rope_type", "llama3")
                        .put("factor", factor)
                        .put("low_freq_factor", LOW)
                        .put("high_freq_factor", HIGH)
                        .put("original_max_position_embeddings", (long) context);
                return;
            }
        }
        throw new ModelFormatException(file + ": " + TensorNames.ROTARY_FACTORS + " divides the rotary frequencies by"
                + " numbers from " + divisors.get(divisors.position()) + " to " + factor
                + ", which are not those of Llama 3's scaling. Use the model's original checkpoint.");
    }

    /** The context of pre-training, from every divisor between 1 and the factor, and the usual one. */
    private static Set<Double> contexts(ObjectNode json, double factor, double[] wavelengths, FloatBuffer divisors) {
        Set<Double> contexts = new LinkedHashSet<>();
        for (int i = 0; i < wavelengths.length; i++) {
            double divisor = divisors.get(divisors.position() + i);
            double kept = (1 / divisor - 1 / factor) / (1 - 1 / factor);
            if (kept > 0.01 && kept < 0.99) {
                contexts.add((double) Math.round(wavelengths[i] * (LOW + kept * (HIGH - LOW))));
            }
        }
        contexts.add(USUAL_CONTEXT);
        contexts.add(json.path("max_position_embeddings").doubleValue());
        return contexts;
    }

    private static boolean fits(RopeScaling scaling, double theta, FloatBuffer divisors) {
        int headSize = 2 * divisors.remaining();
        double[] frequencies = new RopeScaling.None().frequencies(theta, headSize);
        double[] scaled = scaling.frequencies(theta, headSize);
        for (int i = 0; i < frequencies.length; i++) {
            double expected = frequencies[i] / scaled[i];
            double found = divisors.get(divisors.position() + i);
            if (!(Math.abs(found - expected) <= TOLERANCE * expected)) {
                return false;
            }
        }
        return true;
    }
}
