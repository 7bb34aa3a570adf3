package org.rpt4j.backend.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.backend.onnx.Scores;
import org.rpt4j.backend.onnx.proto.ExternalData;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyFamily;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;

class OnnxExporterTest {

    private static final SamplingOptions GREEDY = SamplingOptions.greedy(8);

    @TempDir
    private Path folder;

    private Path checkpoint(TinyModel model) {
        return model.write(folder.resolve("checkpoint")).directory();
    }

    private Path target() {
        return folder.resolve("onnx/model.onnx");
    }

    private static ModelProto read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ModelProto.parseFrom(in);
        }
    }

    static Stream<Arguments> modelsInBothForms() {
        return Stream.of(TinyModel.values())
                .flatMap(model -> Stream.of(GraphForm.values()).map(form -> Arguments.of(model, form)));
    }

    @ParameterizedTest
    @MethodSource("modelsInBothForms")
    void theExportScoresLikeTheReference(TinyModel model, GraphForm form) {
        Path checkpoint = checkpoint(model);
        OnnxExporter.export(checkpoint, target(), form);

        int vocabulary = model.config().vocabularySize();
        int context = model.config().contextLength();
        Scores.assertAgrees(target(), checkpoint, vocabulary, context);
        Scores.assertAgrees(target().getParent(), checkpoint, vocabulary, context);
    }

    static Stream<Arguments> familiesInBothForms() {
        return Stream.of(TinyFamily.values())
                .flatMap(family -> Stream.of(GraphForm.values()).map(form -> Arguments.of(family, form)));
    }

    @ParameterizedTest
    @MethodSource("familiesInBothForms")
    void theExportOfAFamilyScoresLikeTheReference(TinyFamily family, GraphForm form) {
        Path checkpoint = folder.resolve("checkpoint");
        family.write(checkpoint);
        OnnxExporter.export(checkpoint, target(), form);

        Scores.assertAgrees(
                target(),
                checkpoint,
                family.config().vocabularySize(),
                family.config().contextLength());
    }

    @ParameterizedTest
    @EnumSource
    void headsOfAUsualWidthAreNotPadded(GraphForm form) throws IOException {
        ModelConfig config = new ModelConfig(
                Architecture.QWEN3,
                41,
                24,
                40,
                2,
                4,
                2,
                16,
                48,
                1e-5,
                1e6,
                new RopeScaling.None(),
                false,
                false,
                false,
                true,
                List.of());
        Path checkpoint = folder.resolve("checkpoint");
        ReferenceModel.random(config, 3).write(checkpoint);
        OnnxExporter.export(checkpoint, target(), form);

        Scores.assertAgrees(target(), checkpoint, 41, 48);
        assertThat(read(target()).getGraph().getInitializerList())
                .filteredOn(tensor -> tensor.getName().endsWith("q_proj.weight"))
                .allSatisfy(tensor -> assertThat(tensor.getDimsList()).containsExactly(24L, 64L));
    }

    @Test
    void theFastFormGeneratesLikeTheReference() {
        Path checkpoint = checkpoint(TinyModel.QWEN3);
        OnnxExporter.export(checkpoint, target(), GraphForm.FAST);
        List<Prompt> prompts = List.of(new Prompt(1, Scores.tokens(37, 5, 8)), new Prompt(2, Scores.tokens(37, 9, 9)));

        try (Backend backend = Backends.open("onnx");
                Policy policy = backend.openPolicy(ModelSource.directory(target()));
                Policy truth = new ReferencePolicy(ModelSource.directory(checkpoint))) {
            for (int i = 0; i < prompts.size(); i++) {
                assertThat(policy.generate(prompts, GREEDY)
                                .get(i)
                                .rollouts()
                                .get(0)
                                .tokens())
                        .isEqualTo(truth.generate(prompts, GREEDY)
                                .get(i)
                                .rollouts()
                                .get(0)
                                .tokens());
            }
        }
    }

    @Test
    void thePortableFormIsForScoringAndSaysSo() {
        OnnxExporter.export(checkpoint(TinyModel.LLAMA), target(), GraphForm.PORTABLE);

        try (Backend backend = Backends.open("onnx")) {
            assertThatThrownBy(() -> backend.openPolicy(ModelSource.directory(target())))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("score but not generate")
                    .hasMessageContaining("--form fast");
        }
    }

    @Test
    void thePortableFormKeepsToTheStandard() throws IOException {
        OnnxExporter.export(checkpoint(TinyModel.QWEN3), target(), GraphForm.PORTABLE);

        assertThat(read(target()).getOpsetImportList()).singleElement().satisfies(opset -> {
            assertThat(opset.getDomain()).isEmpty();
            assertThat(opset.getVersion()).isEqualTo(23);
        });
        assertThat(read(target()).getGraph().getNodeList())
                .allSatisfy(node -> assertThat(node.getDomain()).isEmpty())
                .extracting(NodeProto::getOpType)
                .doesNotContain("SimplifiedLayerNormalization")
                .contains("Attention", "RotaryEmbedding", "RMSNormalization");
    }

    @Test
    void weightsLieAlignedInAFileThatIsNamedAfterTheGraph() throws IOException {
        Path file = folder.resolve("onnx/proxy.onnx");
        OnnxExporter.export(checkpoint(TinyModel.LLAMA), file, GraphForm.FAST);

        List<TensorProto> external = read(file).getGraph().getInitializerList().stream()
                .filter(ExternalData::isExternal)
                .toList();
        assertThat(external).hasSizeGreaterThan(20).allSatisfy(tensor -> {
            assertThat(ExternalData.location(tensor)).contains("proxy.onnx.data");
            assertThat(Long.parseLong(ExternalData.offset(tensor).orElseThrow()) % 4096)
                    .isZero();
        });
        TensorProto last = external.get(external.size() - 1);
        assertThat(Files.size(folder.resolve("onnx/proxy.onnx.data")))
                .isEqualTo(Long.parseLong(ExternalData.offset(last).orElseThrow())
                        + Long.parseLong(ExternalData.length(last).orElseThrow()));
    }

    @Test
    void configurationAndTokenizerAreCopied() throws IOException {
        Path checkpoint = checkpoint(TinyModel.LLAMA);
        Files.writeString(checkpoint.resolve("tokenizer.json"), "{}");
        OnnxExporter.export(checkpoint, target(), GraphForm.FAST);

        assertThat(target().resolveSibling("tokenizer.json")).hasContent("{}");
        assertThat(target().resolveSibling("config.json")).hasSameTextualContentAs(checkpoint.resolve("config.json"));
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Path checkpoint = checkpoint(TinyModel.LLAMA);
        Files.createDirectories(target().getParent());
        Files.writeString(target(), "mine");
        assertThatThrownBy(() -> OnnxExporter.export(checkpoint, target(), GraphForm.FAST))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("model.onnx already exists");
        assertThat(target()).hasContent("mine");

        Files.delete(target());
        Files.writeString(target().resolveSibling("config.json"), "{}");
        assertThatThrownBy(() -> OnnxExporter.export(checkpoint, target(), GraphForm.FAST))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("belongs to another model");
        assertThat(target().getParent()).isDirectoryContaining("glob:**config.json");
        assertThat(target()).doesNotExist();
    }

    /** The graph comes last, so a kill may leave weights alone; the unfinished graph beside them says whose they are. */
    @Test
    void weightsThatAKilledExportLeftAreReplaced() throws IOException {
        Path checkpoint = checkpoint(TinyModel.LLAMA);
        Files.createDirectories(target().getParent());
        Path data = Files.writeString(ModelFiles.dataFile(target()), "mine");
        assertThatThrownBy(() -> OnnxExporter.export(checkpoint, target(), GraphForm.FAST))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("model.onnx.data already exists");
        assertThat(data).hasContent("mine");

        Path unfinished =
                Files.writeString(target().resolveSibling(".model.onnx.01234567-89ab-cdef-0123-456789abcdef.tmp"), "");
        OnnxExporter.export(checkpoint, target(), GraphForm.FAST);

        assertThat(Files.size(data)).isGreaterThan(1000);
        assertThat(unfinished).doesNotExist();
        assertThat(Files.list(target().getParent())
                        .filter(file -> file.toString().endsWith(".tmp")))
                .isEmpty();
    }

    @Test
    void weightsWhoseGraphCannotBeWrittenAreRemoved() throws IOException {
        Path checkpoint = checkpoint(TinyModel.LLAMA);
        Files.writeString(checkpoint.resolve("tokenizer.json"), "{}");
        Files.createDirectories(target().getParent());
        Files.createSymbolicLink(target().resolveSibling("tokenizer.json"), folder.resolve("nowhere"));
        assertThatThrownBy(() -> OnnxExporter.export(checkpoint, target(), GraphForm.FAST))
                .isInstanceOf(StorageException.class);
        assertThat(target()).doesNotExist();
        assertThat(ModelFiles.dataFile(target())).doesNotExist();
    }

    @Test
    void aDamagedCheckpointOrAnInterruptLeavesNothingBehind() throws IOException {
        Path checkpoint = checkpoint(TinyModel.LLAMA);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> OnnxExporter.export(checkpoint, target(), GraphForm.FAST))
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        Path weights = checkpoint.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> OnnxExporter.export(checkpoint, target(), GraphForm.FAST))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.safetensors");
        assertThat(target().getParent()).doesNotExist();
    }
}
