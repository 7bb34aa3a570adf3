package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.tck.TinyModel;

/** Structs arrive in the engine as they are, and what does not fit together is refused by the name of the field. */
@EnabledIf(Library.BUILT)
class NativeStructsTest {

    @TempDir
    private static Path directory;

    private static ModelConfig config;
    private static ModelShape shape;
    private static EngineHandle engine;
    private static long model;

    @BeforeAll
    static void open() {
        NativeLibraries.load();
        config = ModelConfigReader.read(TinyModel.LLAMA.write(directory).directory());
        shape = new ModelShape(config, WeightLayout.of(config));
        engine = EngineSettings.read().open(1);
        model = open(NativeStructs.Config.of(config, AbsentTokens.NONE), shape.offsets(), shape.layerOffsets());
    }

    @AfterAll
    static void close() {
        NativeEngine.closeModel(model);
        engine.close();
    }

    private static long open(
            NativeStructs.Config config, NativeStructs.Layout layout, NativeStructs.LayerOffsets layer) {
        return NativeEngine.openModel(engine.engine(), Arithmetic.FP32.name(), false, config, layout, layer);
    }

    static Stream<Class<?>> structs() {
        return Stream.concat(Arrays.stream(NativeStructs.class.getDeclaredClasses()), Stream.of(FlatBatch.class));
    }

    @ParameterizedTest
    @MethodSource("structs")
    void theEngineReadsEveryField(Class<?> struct) throws IOException {
        String source = Files.readString(Path.of("src/main/cpp/jni/structs.cpp"));
        Matcher table = Pattern.compile("Binding \\w+\\(\"" + struct.getSimpleName() + "\",.*?\\);\n", Pattern.DOTALL)
                .matcher(source);

        assertThat(table.find()).isTrue();
        assertThat(Pattern.compile("field\\(\"(\\w+)\"")
                        .matcher(table.group())
                        .results()
                        .map(name -> name.group(1)))
                .containsExactlyInAnyOrderElementsOf(fields(struct));
    }

    private static List<String> fields(Class<?> struct) {
        int notPartOfIt = Modifier.STATIC | Modifier.PRIVATE;
        return Arrays.stream(struct.getDeclaredFields())
                .filter(field -> (field.getModifiers() & notPartOfIt) == 0)
                .map(Field::getName)
                .toList();
    }

    static Stream<Arguments> badConfigs() {
        return Stream.of(
                config(c -> c.vocabulary = 0, "Config.vocabulary is 0, must be at least 1"),
                config(c -> c.hidden = -3, "Config.hidden is -3, must be at least 1"),
                config(c -> c.keyValueHeads = c.heads + 1, "Config.heads is", "multiple of Config.keyValueHeads"),
                config(c -> c.headSize = 7, "Config.headSize is 7, must be even"),
                config(c -> c.epsilon = Double.NaN, "Config.epsilon is nan, must be positive"),
                config(c -> c.experts = 3, "Config.experts is 3, but no layer of Config.expertLayers has any"),
                config(
                        c -> c.expertLayers = new int[] {1},
                        "Config.expertLayers has 1 values, must have one for each of"),
                config(
                        c -> {
                            c.experts = 3;
                            c.expertWidth = 5;
                            c.expertsPerToken = 4;
                            c.expertLayers = new int[] {1, 0};
                        },
                        "Config.expertsPerToken is 4, must be at least 1 and at most Config.experts, which is 3"),
                config(c -> c.frequencies = new double[99], "Config.frequencies has 99 values, must have"));
    }

    private static Arguments config(Consumer<NativeStructs.Config> change, String... message) {
        return Arguments.of(change, List.of(message));
    }

    @ParameterizedTest
    @MethodSource("badConfigs")
    void aConfigThatMakesNoModelIsRefusedByTheNameOfTheField(
            Consumer<NativeStructs.Config> change, List<String> message) {
        NativeStructs.Config bad = NativeStructs.Config.of(config, AbsentTokens.NONE);
        change.accept(bad);

        assertThatThrownBy(() -> open(bad, shape.offsets(), shape.layerOffsets()))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContainingAll(message.toArray(String[]::new));
    }

    @Test
    void aWeightOutsideTheArrayIsRefusedByTheNameOfItsOffset() {
        NativeStructs.Config good = NativeStructs.Config.of(config, AbsentTokens.NONE);
        NativeStructs.Layout shorter = shape.offsets();
        shorter.total--;
        NativeStructs.Layout negative = shape.offsets();
        negative.finalNorm = -5;
        NativeStructs.LayerOffsets late = shape.layerOffsets();
        late.down++;
        NativeStructs.LayerOffsets absent = shape.layerOffsets();
        absent.output = NativeStructs.LayerOffsets.ABSENT;

        assertThatThrownBy(() -> open(good, shorter, shape.layerOffsets()))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("Layout.layerStart is")
                .hasMessageContaining("Layout.total");
        assertThatThrownBy(() -> open(good, negative, shape.layerOffsets()))
                .isInstanceOf(BackendFailureException.class)
                .hasMessage("Layout.finalNorm is -5, must not be negative");
        assertThatThrownBy(() -> open(good, shape.offsets(), late))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("LayerOffsets.down is")
                .hasMessageContaining("Layout.layerSize");
        assertThatThrownBy(() -> open(good, shape.offsets(), absent))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("LayerOffsets.output is -1");
    }

    @Test
    void nothingIsReservedForAModelThatIsRefused() {
        long before = NativeEngine.usedBytes(engine.engine());
        NativeStructs.Config bad = NativeStructs.Config.of(config, AbsentTokens.NONE);
        bad.heads = 0;

        assertThatThrownBy(() -> open(bad, shape.offsets(), shape.layerOffsets()))
                .isInstanceOf(BackendFailureException.class);
        assertThat(NativeEngine.usedBytes(engine.engine())).isEqualTo(before);
    }

    @Test
    void anArithmeticIsFoundByItsName() {
        for (Arithmetic arithmetic : Arithmetic.values()) {
            NativeEngine.closeModel(NativeEngine.openModel(
                    engine.engine(),
                    arithmetic.name(),
                    false,
                    NativeStructs.Config.of(config, AbsentTokens.NONE),
                    shape.offsets(),
                    shape.layerOffsets()));
        }
        assertThatThrownBy(() -> NativeEngine.measureProducts(engine.engine(), "FP8"))
                .isInstanceOf(BackendFailureException.class)
                .hasMessage("no precision is named \"FP8\"; available: FP32, BF16, INT8");
    }

    static Stream<Arguments> badBatches() {
        return Stream.of(
                batch(b -> b.segmentParents[0] = 0, "segment parent[0] is 0, must be an earlier segment"),
                batch(b -> b.segmentStarts[1] = 1000, "segment start[1] is 1000", "beyond the batch of 6 tokens"),
                batch(b -> b.segmentLengths[0] = -1, "its length -1"),
                batch(b -> b.targetRows[2] = 6, "target row[2] is 6", "rows of the batch"),
                batch(b -> b.targetTokens[0] = -1, "target token[0] is -1", "vocabulary"),
                batch(b -> b.tokens[3] = 100_000, "token[3] is 100000", "vocabulary"));
    }

    private static Arguments batch(Consumer<FlatBatch> change, String... message) {
        return Arguments.of(change, List.of(message));
    }

    @ParameterizedTest
    @MethodSource("badBatches")
    void aBatchThatDoesNotFitTogetherIsRefusedByTheNameOfTheField(Consumer<FlatBatch> change, List<String> message) {
        FlatBatch batch = FlatBatch.of(List.of(new int[] {1, 2, 3, 4}, new int[] {5, 6, 7, 8}));
        change.accept(batch);
        double[] logProbs = new double[6];

        assertThatThrownBy(() -> NativeEngine.logProbs(model, batch, 1, UsedWeights.TRAINED.name(), logProbs))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContainingAll(message.toArray(String[]::new));
        assertThatThrownBy(() -> NativeEngine.openPass(model, batch, 1, false, true, logProbs))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContainingAll(message.toArray(String[]::new));
    }

    @Test
    void aResultOfAnotherLengthIsRefusedByItsName() {
        FlatBatch batch = FlatBatch.of(List.of(new int[] {1, 2, 3, 4}));

        assertThatThrownBy(() -> NativeEngine.logProbs(model, batch, 1, UsedWeights.TRAINED.name(), new double[2]))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("logProbs has 2 values")
                .hasMessageContaining("has 3");
    }

    @Test
    void rowsOfACacheMustBelongTogether() {
        long generator = NativeEngine.openGenerator(model, UsedWeights.TRAINED.name(), 2, 4, 2);
        try {
            int node = NativeEngine.addNode(generator, Cache.ROOT);
            assertThatThrownBy(() -> NativeEngine.addNode(generator, 1)).hasMessage("parent 1 is not in the cache");
            assertThatThrownBy(() -> append(generator, node, new int[] {1, 1}, 2))
                    .isInstanceOf(BackendFailureException.class)
                    .hasMessageContaining("counts has 2 values, nodes has 1");
            assertThatThrownBy(() -> append(generator, node, new int[] {0}, 0)).hasMessageContaining("counts[0] is 0");
            assertThatThrownBy(() -> append(generator, node, new int[] {2}, 3))
                    .hasMessageContaining("tokens has 3 values, the sum of counts has 2");
            append(generator, node, new int[] {2}, 2);
            assertThatThrownBy(() -> NativeEngine.sample(
                            generator, new int[] {node}, new double[2], 1, false, new int[1], new double[1]))
                    .hasMessageContaining("uniforms has 2 values, nodes has 1");
        } finally {
            NativeEngine.closeGenerator(generator);
        }
    }

    private static void append(long generator, int node, int[] counts, int tokens) {
        NativeEngine.append(generator, new int[] {node}, counts, new int[tokens]);
    }

    @Test
    void anUpdateOutsideTheWeightsIsRefused() {
        long adamw = NativeEngine.openAdamW(model, false, false);
        long gradients = NativeEngine.openGradients(model);
        try {
            NativeStructs.UpdateOptions update = NativeStructs.UpdateOptions.of(OptimizerOptions.PAPER, 1);
            NativeStructs.DecaySpan[] spans = shape.table.decaySpans();
            assertThatCode(() -> NativeEngine.updateAdamW(adamw, gradients, spans, update))
                    .doesNotThrowAnyException();
            spans[0].end = shape.offsets().total + 1;
            assertThatThrownBy(() -> NativeEngine.updateAdamW(adamw, gradients, spans, update))
                    .isInstanceOf(BackendFailureException.class)
                    .hasMessageContaining("DecaySpan is from 0 to");
            update.step = 0;
            assertThatThrownBy(() -> NativeEngine.updateAdamW(adamw, gradients, shape.table.decaySpans(), update))
                    .hasMessage("UpdateOptions.step is 0, must be at least 1");
        } finally {
            NativeEngine.closeGradients(gradients);
            NativeEngine.closeAdamW(adamw);
        }
    }

    @Test
    void spansCoverAllWeightsInOrder() {
        long end = 0;
        for (NativeStructs.DecaySpan span : shape.table.decaySpans()) {
            assertThat(span.begin).isEqualTo(end);
            end = span.end;
        }
        assertThat(end).isEqualTo(shape.offsets().total);
    }
}
