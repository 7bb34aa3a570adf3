package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.tck.TinyModel;

/** The last line: whatever reaches an entry of the engine is within bounds there, or is an error and not a crash. */
@EnabledIf(Library.BUILT)
class EntryChecksTest {

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
        model = NativeEngine.openModel(
                engine.engine(),
                Arithmetic.FP32.name(),
                false,
                NativeStructs.Config.of(config, AbsentTokens.NONE),
                shape.offsets(),
                shape.layerOffsets());
    }

    @AfterAll
    static void close() {
        NativeEngine.closeModel(model);
        engine.close();
    }

    private static void assertRefused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(BackendFailureException.class).hasMessageContaining(message);
    }

    private static void append(long generator, int node, int... tokens) {
        NativeEngine.append(generator, new int[] {node}, new int[] {tokens.length}, tokens);
    }

    @Test
    void tokensAndPositionsOfACacheAreWithinTheModel() {
        int context = config.contextLength();
        long generator = NativeEngine.openGenerator(model, UsedWeights.TRAINED.name(), 2 * context, context + 8, 4);
        int root = NativeEngine.addNode(generator, -1);
        int child = NativeEngine.addNode(generator, root);

        assertRefused(
                "tokens[1] is " + config.vocabularySize(), () -> append(generator, root, 1, config.vocabularySize()));
        assertRefused("tokens[0] is -1", () -> append(generator, root, -1));
        assertRefused("beyond the context window", () -> append(generator, root, new int[context + 1]));
        append(generator, root, new int[context - 1]);
        assertRefused(
                "both must have the same number",
                () -> NativeEngine.append(generator, new int[] {child}, new int[] {1}, new int[] {1, 2}));
        append(generator, child, 1);
        assertRefused("ends at position " + (context + 1), () -> append(generator, child, 1));
        assertRefused("node 9 is not in the cache", () -> append(generator, 9, 1));
        NativeEngine.closeGenerator(generator);
    }

    @Test
    void weightsHaveAName() {
        assertRefused("no weights are named \"HALF\"", () -> NativeEngine.openSession(model, "HALF"));
    }

    @Test
    void tokensAndLengthsOfASessionAreWithinTheModel() {
        int context = config.contextLength();
        long session = NativeEngine.openSession(model, UsedWeights.TRAINED.name());

        assertRefused("no last token", () -> NativeEngine.sessionLogits(session, new float[config.vocabularySize()]));
        assertRefused("no tokens", () -> NativeEngine.appendToSession(session, new int[0]));
        assertRefused(
                "tokens[1] is " + config.vocabularySize(),
                () -> NativeEngine.appendToSession(session, new int[] {1, config.vocabularySize()}));
        assertRefused("tokens[0] is -1", () -> NativeEngine.appendToSession(session, new int[] {-1}));
        assertRefused("beyond the context window", () -> NativeEngine.appendToSession(session, new int[context + 1]));
        NativeEngine.appendToSession(session, new int[context]);
        assertRefused("beyond the context window", () -> NativeEngine.appendToSession(session, new int[1]));
        assertRefused("both must have the same number", () -> NativeEngine.sessionLogits(session, new float[3]));
        assertRefused("length is -1", () -> NativeEngine.truncateSession(session, -1));
        assertRefused("length is " + (context + 1), () -> NativeEngine.truncateSession(session, context + 1));
        NativeEngine.truncateSession(session, 2);
        assertRefused("no last token", () -> NativeEngine.sessionLogits(session, new float[config.vocabularySize()]));
        NativeEngine.closeSession(session);
    }

    @Test
    void viewsAreWithinTheWeights() {
        long total = shape.offsets().total;

        assertThat(NativeEngine.parameters(model, total - 1, 1).capacity()).isEqualTo(Float.BYTES);
        assertRefused("beyond the " + total, () -> NativeEngine.parameters(model, total - 1, 2));
        assertRefused("beyond the " + total, () -> NativeEngine.parameters(model, -1, 1));
        assertRefused("beyond the " + total, () -> NativeEngine.parameters(model, 1, Long.MAX_VALUE));
    }

    @Test
    void aHandleThatWasNeverOpenedIsRefused() {
        assertRefused("a handle is 0", () -> NativeEngine.parameters(0, 0, 1));
        assertRefused("a handle is 0", () -> NativeEngine.usedBytes(0));
        assertRefused("a handle is 0", () -> NativeEngine.tokensPerPage(0));
        assertRefused("a handle is 0", () -> NativeEngine.moments(0, false, 0, 1));
    }

    @Test
    void sizesNeverWrap() {
        assertRefused("it needs at least", () -> NativeEngine.generatorBytes(model, -1, 1, 1));
        assertThat(NativeEngine.generatorBytes(model, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isGreaterThan(1L << 40);
        assertThatThrownBy(() -> NativeEngine.openGenerator(
                        model, UsedWeights.TRAINED.name(), Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
                .hasMessageContaining("the engine's budget");
    }

    @Test
    void theNumberOfLogitsIsThatOfTheVocabularyAtMost() {
        FlatBatch flat = FlatBatch.of(List.of(new int[] {1, 2}));
        for (int k : new int[] {-1, 0, config.vocabularySize() + 1}) {
            assertRefused(
                    "k is " + k,
                    () -> NativeEngine.score(
                            model,
                            flat,
                            k,
                            true,
                            0,
                            new double[1],
                            new int[1],
                            new double[1],
                            new int[0],
                            new double[0]));
        }
        for (int candidates : new int[] {-1, config.vocabularySize() + 1, Integer.MAX_VALUE}) {
            assertRefused(
                    "candidates is " + candidates,
                    () -> NativeEngine.score(
                            model,
                            flat,
                            1,
                            true,
                            candidates,
                            new double[1],
                            new int[1],
                            new double[1],
                            new int[0],
                            new double[0]));
        }
    }
}
