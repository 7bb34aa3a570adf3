package org.rpt4j.jmh;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

/** Named model sizes. All have a context window of 1024 tokens and a tied head. */
enum Shape {
    /** 2 layers of width 64, vocabulary 512: about 0.1 million parameters, small enough for the reference. */
    TINY("tiny", 2, 64, 160, 4, 4, 512),
    /** 6 layers of width 288, vocabulary 32000: the shape of a 15 million parameter story model. */
    S15("S15", 6, 288, 768, 6, 6, 32_000),
    /** 30 layers of width 576, three query heads per key head, vocabulary 49152: a 135 million parameter model. */
    S135("S135", 30, 576, 1536, 9, 3, 49_152);

    private static final int CONTEXT = 1024;

    private final String label;
    private final ModelConfig config;

    Shape(String label, int layers, int width, int feedForward, int heads, int keyValueHeads, int vocabulary) {
        this.label = label;
        this.config = new ModelConfig(
                Architecture.LLAMA,
                vocabulary,
                width,
                feedForward,
                layers,
                heads,
                keyValueHeads,
                width / heads,
                CONTEXT,
                1e-5,
                10_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                false,
                List.of());
    }

    ModelConfig config() {
        return config;
    }

    /** Returns the shape with this name, as given by {@code -p shape=NAME}. */
    static Shape named(String label) {
        return Arrays.stream(values())
                .filter(shape -> shape.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no shape \"" + label + "\"; use tiny, S15 or S135"));
    }
}
