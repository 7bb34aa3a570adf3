package org.rpt4j.backend.onnx.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.ModelConfig;

/** Cosines and sines of every position, [context, width / 2], for each rotation that a model uses. Stateless. */
final class RotaryTables {

    private RotaryTables() {}

    static String cosines(Rotation rotation) {
        return name(rotation, "cosines");
    }

    static String sines(Rotation rotation) {
        return name(rotation, "sines");
    }

    private static String name(Rotation rotation, String what) {
        return "rotary." + (rotation == Rotation.GLOBAL ? "" : rotation.name().toLowerCase(Locale.ROOT) + ".") + what;
    }

    static List<GraphWeight> of(ModelConfig config, HeadPadding padding) {
        List<GraphWeight> tables = new ArrayList<>();
        for (Rotation rotation : List.of(Rotation.GLOBAL, Rotation.LOCAL)) {
            if (config.switches().uses(rotation)) {
                tables.add(table(cosines(rotation), config, rotation, padding, Math::cos));
                tables.add(table(sines(rotation), config, rotation, padding, Math::sin));
            }
        }
        return tables;
    }

    private static GraphWeight table(
            String name, ModelConfig config, Rotation rotation, HeadPadding padding, DoubleUnaryOperator function) {
        int half = padding.width() / 2;
        List<Long> shape = List.of((long) config.contextLength(), (long) half);
        double[] frequencies = config.rotaryFrequencies(rotation);
        double factor = config.rotaryFactor(rotation);
        return new GraphWeight(name, shape, (checkpoint, rows) -> {
            float[] row = new float[half];
            for (int position = 0; position < config.contextLength(); position++) {
                for (int i = 0; i < half; i++) {
                    row[i] = (float)
                            (i < frequencies.length
                                    ? factor * function.applyAsDouble(position * frequencies[i])
                                    : function.applyAsDouble(0));
                }
                rows.accept(row);
            }
        });
    }
}
