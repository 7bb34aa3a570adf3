package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.backend.onnx.proto.ExternalData;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

/** Models that are damaged or something else: each is rejected with an error that says what is wrong. */
class BadModelTest {

    @TempDir
    private Path folder;

    private Path checkpoint;
    private Path file;
    private Path data;

    @BeforeEach
    void export() {
        checkpoint = TinyModel.LLAMA.write(folder.resolve("checkpoint")).directory();
        file = folder.resolve("onnx/model.onnx");
        data = folder.resolve("onnx/model.onnx.data");
        OnnxExporter.export(checkpoint, file, GraphForm.FAST);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Path path) {
        return assertThatThrownBy(() -> Scores.with(path, List.of(new int[] {1, 2}), ScoringOptions.DEFAULTS))
                .isInstanceOf(ModelFormatException.class);
    }

    private void rewrite(Consumer<ModelProto.Builder> change) throws IOException {
        ModelProto.Builder model;
        try (InputStream in = Files.newInputStream(file)) {
            model = ModelProto.parseFrom(in).toBuilder();
        }
        change.accept(model);
        Files.write(file, model.build().toByteArray());
    }

    @Test
    void aFileInAnotherFormatIsRejected() throws IOException {
        Files.writeString(file, "Once upon a time there was a file that was no model.");
        assertRefused(file).hasMessageContaining("model.onnx is not an ONNX model");
        Files.write(file, new byte[0]);
        assertRefused(file).hasMessageContaining("model.onnx is not an ONNX model");
    }

    @Test
    void aTruncatedGraphIsRejected() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
        assertRefused(file).hasMessageContaining("truncated");
    }

    @Test
    void aTooOldOperatorSetIsRejected() throws IOException {
        rewrite(model -> model.setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(9)));
        assertRefused(file).hasMessageContaining("opset 9").hasMessageContaining("13 and newer");
    }

    @Test
    void aTooNewOperatorSetIsRejected() throws IOException {
        rewrite(model -> model.setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(999)));
        assertRefused(file).hasMessageContaining("ONNX Runtime rejects").hasMessageContaining("999");
    }

    @Test
    void anUnknownOperatorIsRejected() throws IOException {
        rewrite(model -> model.getGraphBuilder().getNodeBuilder(5).setOpType("Reticulate"));
        assertRefused(file).hasMessageContaining("Reticulate");
    }

    @Test
    void missingWeightsAreRejected() throws IOException {
        Files.delete(data);
        assertRefused(file).hasMessageContaining("model.onnx.data, which is missing");
    }

    @Test
    void truncatedWeightsAreRejected() throws IOException {
        Files.write(data, Arrays.copyOf(Files.readAllBytes(data), 10_000));
        assertRefused(file).hasMessageContaining("model.onnx.data is truncated: it has 10000 bytes");
    }

    @Test
    void weightsOutsideTheDirectoryAreRejected() throws IOException {
        Files.copy(data, folder.resolve("elsewhere"));
        for (String location :
                List.of("../elsewhere", folder.resolve("elsewhere").toString())) {
            rewrite(model -> {
                GraphProto.Builder graph = model.getGraphBuilder();
                int last = graph.getInitializerCount() - 1;
                graph.setInitializer(last, ExternalData.moved(graph.getInitializer(last), location));
            });
            assertRefused(file).hasMessageContaining("outside of its own directory");
        }
    }

    @Test
    void anOffsetThatIsNotANumberIsRejected() throws IOException {
        rewrite(model -> {
            GraphProto.Builder graph = model.getGraphBuilder();
            graph.getInitializerBuilder(graph.getInitializerCount() - 1)
                    .getExternalDataBuilder(1)
                    .setValue("far");
        });
        assertRefused(file).hasMessageContaining("is not a number");
    }

    @Test
    void aCyclicGraphIsRejected() throws IOException {
        rewrite(model -> {
            GraphProto.Builder graph = model.getGraphBuilder();
            for (int i = 0; i < graph.getNodeCount(); i++) {
                if (graph.getNode(i).getOutputList().contains("logits")) {
                    graph.getNodeBuilder(i).setOpType("Mul").setInput(0, "logits");
                }
            }
        });
        assertRefused(file).hasMessageContaining("\"logits\" is produced twice, or read before it is produced");
    }

    @Test
    void aTensorProducedTwiceIsRejected() throws IOException {
        rewrite(model -> model.getGraphBuilder().addNode(model.getGraph().getNode(0)));
        assertRefused(file).hasMessageContaining("is produced twice, or read before it is produced");
    }

    @Test
    void operatorsWithoutInputsAreRejected() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int nodes = ModelProto.parseFrom(whole).getGraph().getNodeCount();
        for (String operator : List.of("MatMul", "Reshape", "Gemm", "Concat", "Transpose")) {
            Files.write(file, whole);
            rewrite(model -> model.getGraphBuilder()
                    .getNodeBuilder(nodes - 1)
                    .setOpType(operator)
                    .clearInput());
            assertRefused(file).hasMessageContaining("ONNX Runtime rejects");
        }
    }

    @Test
    void anInputWithoutAShapeIsAccepted() throws IOException {
        List<int[]> sequences = List.of(new int[] {1, 2});
        List<TokenScores> expected = Scores.with(file, sequences, ScoringOptions.DEFAULTS);
        rewrite(model -> model.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape());
        assertThat(Scores.with(file, sequences, ScoringOptions.DEFAULTS).get(0).argmax())
                .isEqualTo(expected.get(0).argmax());
    }

    @Test
    void anAbsurdVocabularyIsRejected() throws IOException {
        Path config = file.resolveSibling("config.json");
        Files.writeString(config, Files.readString(config).replace("vocab_size", "no_vocab_size"));
        rewrite(model -> {
            TensorShapeProto.Builder shape = model.getGraphBuilder()
                    .getOutputBuilder(model.getGraph().getOutputCount() - 1)
                    .getTypeBuilder()
                    .getTensorTypeBuilder()
                    .getShapeBuilder();
            shape.getDimBuilder(shape.getDimCount() - 1).setDimValue(1L << 40);
        });
        assertRefused(file).hasMessageContaining("logits of 1099511627776 tokens");
    }

    @Test
    void aModelWithoutLogitsIsRejected() throws IOException {
        rewrite(model -> model.getGraphBuilder()
                .getOutputBuilder(model.getGraph().getOutputCount() - 1)
                .setName("x"));
        assertRefused(file).hasMessageContaining("no output \"logits\"").hasMessageContaining("present.0.key");
    }

    @Test
    void aModelWithoutTokenIdsIsRejected() throws IOException {
        rewrite(model -> model.getGraphBuilder().getInputBuilder(0).setName("pixels"));
        assertRefused(file).hasMessageContaining("no input \"input_ids\"").hasMessageContaining("pixels");
    }

    @Test
    void anUnknownInputIsRejected() throws IOException {
        rewrite(model ->
                new GraphBuilder(model.getGraphBuilder(), "x").input("token_type_ids", DataType.INT64_VALUE, 1));
        assertRefused(file).hasMessageContaining("token_type_ids").hasMessageContaining("attention_mask");
    }

    @Test
    void aConfigurationOfAnotherModelIsRejected() throws IOException {
        Path config = file.resolveSibling("config.json");
        Files.writeString(config, Files.readString(config).replace("\"vocab_size\" : 37", "\"vocab_size\" : 38"));
        assertRefused(file).hasMessageContaining("logits of 37 tokens").hasMessageContaining("38");
        Files.writeString(config, "{\"vocab_size\" : 37}");
        assertRefused(file).hasMessageContaining("the length of the context window");
        Files.writeString(config, "{");
        assertRefused(file).hasMessageContaining("cannot read " + config);
        Files.delete(config);
        assertRefused(file).hasMessageContaining("no config.json beside it");
    }

    @Test
    void aDirectoryOfSeveralModelsIsRejected() throws IOException {
        Files.move(file, file.resolveSibling("a.onnx"));
        Files.writeString(file.resolveSibling("b.onnx"), "");
        assertRefused(file.getParent()).hasMessageContaining("a.onnx, b.onnx").hasMessageContaining("Name the file");
        Files.delete(file.resolveSibling("b.onnx"));
        assertThat(OnnxLocation.find(file.getParent())).contains(file.resolveSibling("a.onnx"));
    }

    @Test
    void aCheckpointIsPreferredToAnExportBesideIt() throws IOException {
        Files.copy(file, checkpoint.resolve("model.onnx"));
        assertThat(OnnxLocation.find(checkpoint)).isEmpty();
        assertThat(OnnxLocation.find(checkpoint.resolve("model.onnx"))).contains(checkpoint.resolve("model.onnx"));
    }

    @Test
    void weightsThatAreNotFiniteAreRejected() throws IOException {
        byte[] bytes = Files.readAllBytes(data);
        Arrays.fill(bytes, (byte) 0xff);
        Files.write(data, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        try (Backend backend = Backends.open("onnx");
                var scorer = backend.openProxyScorer(ModelSource.directory(file))) {
            assertThatThrownBy(() -> scorer.score(List.of(new int[] {1, 2}), ScoringOptions.DEFAULTS))
                    .isInstanceOf(NumericalException.class)
                    .hasMessageContaining("not finite");
        }
    }
}
