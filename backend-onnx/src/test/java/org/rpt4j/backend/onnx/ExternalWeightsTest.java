package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

/** Weights beside a graph that change while the model is open: nothing of them reaches the host as a bus error. */
class ExternalWeightsTest {

    private static final List<int[]> SEQUENCES = List.of(new int[] {1, 2, 3});

    @TempDir
    private Path folder;

    private Path file;
    private Path data;

    @BeforeEach
    void export() {
        Path checkpoint = TinyModel.LLAMA.write(folder.resolve("checkpoint")).directory();
        file = folder.resolve("onnx/model.onnx");
        data = folder.resolve("onnx/model.onnx.data");
        OnnxExporter.export(checkpoint, file, GraphForm.FAST);
    }

    private void truncate() throws IOException {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
            channel.truncate(10);
        }
    }

    @Test
    void anOpenModelDoesNotDependOnItsFile() throws IOException {
        try (Backend backend = Backends.open("onnx");
                ProxyScorer scorer = backend.openProxyScorer(ModelSource.directory(file))) {
            List<TokenScores> before = scorer.score(SEQUENCES, ScoringOptions.DEFAULTS);

            truncate();

            assertThat(scorer.score(SEQUENCES, ScoringOptions.DEFAULTS)).isEqualTo(before);
        }
    }

    @Test
    void largerWeightsAreMappedOnlyWhenThatIsAskedFor() throws Exception {
        ExternalWeights large = ExternalWeights.of(ModelFile.read(file), 1000);
        try (SessionOptions options = new SessionOptions()) {
            Map<String, OnnxTensorLike> handed = new HashMap<>();
            assertThatThrownBy(() -> large.addTo(options, handed))
                    .isInstanceOf(BackendMemoryException.class)
                    .hasMessageContaining("have " + Files.size(data) + " bytes; at most 1000")
                    .hasMessageContaining("-Xmx")
                    .hasMessageContaining("-Drpt4j.onnx.mapWeights=true");
            System.setProperty("rpt4j.onnx.mapWeights", "true");
            try {
                large.addTo(options, handed);
            } finally {
                System.clearProperty("rpt4j.onnx.mapWeights");
            }
            assertThat(handed).isEmpty();
        }
    }

    @Test
    void aMappedFileThatWasTruncatedIsRefusedBeforeARun() throws IOException {
        ExternalWeights mapped = ExternalWeights.of(ModelFile.read(file), 0);
        mapped.requireUnchanged();

        truncate();

        assertThatThrownBy(mapped::requireUnchanged)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(data.toRealPath() + " changed while the model was open")
                .hasMessageContaining("10 now");
        Files.delete(data);
        assertThatThrownBy(mapped::requireUnchanged).isInstanceOf(ModelFormatException.class);
    }
}
