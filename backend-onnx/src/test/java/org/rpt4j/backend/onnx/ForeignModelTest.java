package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.backend.onnx.proto.Tensors;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.backend.onnx.surgery.ScoringGraph;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.tck.TinyModel;

/** Models that this library did not write. */
class ForeignModelTest {

    private static final int VOCABULARY = 37;
    private static final int CONTEXT = 32;

    @TempDir
    private Path folder;

    private Path checkpoint;

    @BeforeEach
    void writeCheckpoint() {
        checkpoint = TinyModel.QWEN3.write(folder.resolve("checkpoint")).directory();
    }

    private ModelProto changed(Consumer<GraphProto.Builder> change) {
        return ForeignModels.change(ForeignModels.inline(checkpoint), change);
    }

    private void assertScores(ModelProto model, boolean headFound, double tolerance) {
        LanguageModelGraph graph = LanguageModelGraph.of("test", model);
        assertThat(graph.head().isPresent()).as("head found").isEqualTo(headFound);
        Path file = ForeignModels.write(model, checkpoint, folder.resolve("foreign"));
        Scores.assertAgrees(file, checkpoint, VOCABULARY, CONTEXT, tolerance);
    }

    @Test
    void weightsInsideTheGraphAreRead() {
        assertScores(changed(graph -> {}), true, 1e-4);
    }

    @Test
    void aModelWithoutPastIsScored() {
        assertScores(changed(ForeignModels::removeCache), true, 1e-4);
    }

    @Test
    void aHeadOfTransposedEmbeddingsIsRecognised() {
        assertScores(
                changed(graph -> ForeignModels.replaceHead(
                        graph,
                        (nodes, hidden, matrix) -> nodes.addNamed(
                                "",
                                "MatMul",
                                List.of(hidden, nodes.add("Transpose", List.of(matrix))),
                                List.of("logits")))),
                true,
                1e-4);
    }

    @Test
    void aHeadThatScalesItsLogitsIsRecognised() {
        assertScores(
                changed(graph -> ForeignModels.replaceHead(graph, (nodes, hidden, matrix) -> {
                    String doubled = nodes.add("Mul", List.of(hidden, nodes.scalar(2f)));
                    String product = nodes.add("MatMul", List.of(doubled, nodes.add("Transpose", List.of(matrix))));
                    String half = nodes.add("Reshape", List.of(nodes.scalar(2f), nodes.vector(1, 1, 1)));
                    nodes.addNamed("", "Div", List.of(product, half), List.of("logits"));
                })),
                true,
                1e-4);
    }

    @Test
    void aModelInHalfPrecisionIsScored() {
        assertScores(changed(ForeignModels::toHalf), true, 2e-2);
    }

    @Test
    void aDynamicallyQuantisedHeadIsRecognised() {
        ModelProto model = changed(graph -> ForeignModels.replaceHead(graph, (nodes, hidden, matrix) -> {
            List<String> rows = nodes.add("", "DynamicQuantizeLinear", List.of(hidden), 3);
            List<String> columns =
                    nodes.add("", "DynamicQuantizeLinear", List.of(nodes.add("Transpose", List.of(matrix))), 3);
            String product =
                    nodes.add("MatMulInteger", List.of(rows.get(0), columns.get(0), rows.get(2), columns.get(2)));
            String scale = nodes.add("Mul", List.of(rows.get(1), columns.get(1)));
            nodes.addNamed("", "Mul", List.of(nodes.cast(product, DataType.FLOAT), scale), List.of("logits"));
        }));
        assertScores(model, true, 0.2);
    }

    @Test
    void anUnknownHeadIsScoredFromItsFullLogits() {
        assertScores(
                changed(graph -> ForeignModels.endWith(
                        graph,
                        end -> end.addNamed("", "Max", List.of("old_logits", end.scalar(-1e9f)), List.of("logits")))),
                false,
                1e-4);
    }

    @Test
    void aReshapeThatMixesRowsIsNotPartOfAHead() {
        ModelProto model = changed(graph -> ForeignModels.replaceHead(graph, (nodes, hidden, matrix) -> {
            String mixed = nodes.add("Reshape", List.of(hidden, nodes.vector(1, -1, 12)));
            String back = nodes.add("Reshape", List.of(mixed, nodes.vector(1, -1, 24)));
            nodes.addNamed("", "MatMul", List.of(back, nodes.add("Transpose", List.of(matrix))), List.of("logits"));
        }));
        LanguageModelGraph graph = LanguageModelGraph.of("test", model);
        assertThat(graph.head()).isPresent();
        assertThat(graph.head().orElseThrow().nodes())
                .extracting(node -> node.getOpType())
                .containsExactly("MatMul");
    }

    @Test
    void aMergedDecoderUsesItsBranchWithoutCache() {
        assertScores(
                changed(graph -> {
                    new GraphBuilder(graph, "extra/").input("use_cache_branch", DataType.BOOL_VALUE, 1);
                    ForeignModels.endWith(graph, end -> {
                        GraphBuilder then = new GraphBuilder("then");
                        then.output(then.add("Neg", List.of("old_logits")), DataType.FLOAT_VALUE, "b", "s", "v");
                        GraphBuilder otherwise = new GraphBuilder("else");
                        otherwise.output(
                                otherwise.add("Identity", List.of("old_logits")), DataType.FLOAT_VALUE, "b", "s", "v");
                        end.addNamed(
                                "",
                                "If",
                                List.of("use_cache_branch"),
                                List.of("logits"),
                                of("then_branch", then.graph().build()),
                                of("else_branch", otherwise.graph().build()));
                    });
                }),
                false,
                1e-4);
    }

    @Test
    void aModelCacheOfLinksToHashedFilesIsRead() throws IOException {
        Path exported = folder.resolve("export/model.onnx");
        OnnxExporter.export(checkpoint, exported, GraphForm.PORTABLE);
        Path blobs = Files.createDirectories(folder.resolve("cache/blobs"));
        Path snapshot = Files.createDirectories(folder.resolve("cache/snapshots/main/onnx"));
        Files.move(exported, blobs.resolve("aaa"));
        Files.move(exported.resolveSibling("model.onnx.data"), blobs.resolve("bbb"));
        Files.createSymbolicLink(snapshot.resolve("model.onnx"), Path.of("../../../blobs/aaa"));
        Files.createSymbolicLink(snapshot.resolve("model.onnx.data"), Path.of("../../../blobs/bbb"));
        Files.copy(checkpoint.resolve("config.json"), snapshot.resolveSibling("config.json"));

        Scores.assertAgrees(snapshot.getParent(), checkpoint, VOCABULARY, CONTEXT);
    }

    @Test
    void onlyScoresLeaveTheScoringGraph() {
        ModelProto model = changed(graph -> graph.addInitializer(Tensors.vector("unused", 1)));
        GraphProto scoring = ScoringGraph.write("test", LanguageModelGraph.of("test", model), AbsentTokens.NONE)
                .getGraph();

        assertThat(scoring.getOutputList())
                .extracting(
                        output -> output.getType().getTensorType().getShape().getDimCount())
                .containsExactly(2, 2, 2, 2, 3, 3);
        assertThat(scoring.getInitializerList())
                .extracting(tensor -> tensor.getName())
                .doesNotContain("unused");
        assertThat(scoring.getNodeList()).extracting(node -> node.getOpType()).doesNotContain("Gemm");
    }

    @Test
    void theFirstKnownOperatorSetIsEnough() {
        ModelProto old = changed(graph -> {}).toBuilder()
                .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(LanguageModelGraph.OLDEST_OPSET))
                .build();
        assertThat(LanguageModelGraph.of("test", old).vocabularySize()).hasValue(VOCABULARY);
    }
}
