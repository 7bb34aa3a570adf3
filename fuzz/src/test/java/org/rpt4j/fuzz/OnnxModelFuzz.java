package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.backend.onnx.surgery.DecodingGraph;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.backend.onnx.surgery.ScoringGraph;
import org.rpt4j.model.format.AbsentTokens;

/** An ONNX model, up to the graphs that would be passed to ONNX Runtime, which is not run. */
class OnnxModelFuzz {

    private static final Scratch SCRATCH = new Scratch();
    private static final int WEIGHT_BYTES = 1 << 16;

    @BeforeAll
    static void weights() throws IOException {
        SCRATCH.file("model.onnx.data", new byte[WEIGHT_BYTES]);
    }

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("model.onnx", input);
        Promise.readsOrRefuses(() -> {
            LanguageModelGraph graph =
                    LanguageModelGraph.of("model.onnx", ModelFile.read(file).model());
            graph.vocabularySize();
            graph.parameterCount();
            if (DecodingGraph.obstacle(graph).isEmpty()) {
                DecodingGraph.write(graph);
            }
            return ScoringGraph.write("model.onnx", graph, AbsentTokens.NONE);
        });
    }
}
