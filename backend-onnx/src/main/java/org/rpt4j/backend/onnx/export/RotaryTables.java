package org.rpt4j.backend.onnx.export;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.ModelConfig;

/** Cosines and sines of every position, [context, width / 2]. Stateless. */
final class RotaryTables {

    static final String COSINES = "rotary.cosines";
    static final String SINES = "rotary.sines";

    private RotaryTables() {}

    static List<GraphWeight> of(ModelConfig config, HeadPadding padding) {
        return List.of(table(COSINES, config, padding, Math::cos), table(SINES, config, padding, Math::sin));
    }

    private static GraphWeight table(
            String name, ModelConfig config, HeadPadding padding, DoubleUnaryOperator function) {
        int half = padding.width() / 2;
        List<Long> shape = List.of((long) config.contextLength(), (long) half);
        double[] frequencies = config.rotaryFrequencies(DecoderSwitches.Rotation.GLOBAL);
        return new GraphWeight(name, shape, (checkpoint, rows) -> {
            float[] row = new float[half];
            for (int position = 0; position < config.contextLength(); position++) {
                for (int i = 0; i < frequencies.length; i++) {
                    row[i] = (float) function.applyAsDouble(position * frequencies[i]);
                }
                rows.accept(row);
            }
        });
    }
}
