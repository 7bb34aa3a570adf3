package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Every instruction set of this processor computes the numbers of the float64 reference. */
@EnabledIf(Library.BUILT)
class InstructionSetsTest {

    @TempDir
    private Path directory;

    static Stream<String> usable() {
        NativeLibraries.load();
        return Arrays.stream(NativeEngine.instructionSets().split(", "));
    }

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.INSTRUCTIONS);
    }

    @ParameterizedTest
    @MethodSource("usable")
    void logProbsAreThoseOfTheReference(String name) {
        System.setProperty(EngineSettings.INSTRUCTIONS, name);
        for (TinyModel model : TinyModel.values()) {
            ModelSource source = model.write(directory.resolve(name + model));
            try (ReferencePolicy reference = new ReferencePolicy(source)) {
                double[] expected = reference.logProbs(Batches.random(5)).values();
                assertClose(expected, logProbs(source, Precision.FP32), 1e-4);
            }
        }
    }

    /** Sums differ in their last bits, and that sometimes changes how an activation is rounded. */
    @ParameterizedTest
    @MethodSource("usable")
    void bfloat16RoundsAlikeEverywhere(String name) {
        for (TinyModel model : TinyModel.values()) {
            ModelSource source = model.write(directory.resolve(name + model));
            System.setProperty(EngineSettings.INSTRUCTIONS, "portable");
            double[] expected = logProbs(source, Precision.BF16);
            System.setProperty(EngineSettings.INSTRUCTIONS, name);
            assertClose(expected, logProbs(source, Precision.BF16), 0.01);
        }
    }

    private static double[] logProbs(ModelSource source, Precision precision) {
        try (NativeBackend backend = new NativeBackend(
                BackendOptions.DEFAULTS.toBuilder().precision(precision).build())) {
            return backend.openPolicy(source).logProbs(Batches.random(5)).values();
        }
    }

    private static void assertClose(double[] expected, double[] actual, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(tolerance));
        }
    }

    @Test
    void oneThatIsNotThereIsRefusedWithThoseThatAre() {
        System.setProperty(EngineSettings.INSTRUCTIONS, "avx1024");
        assertThatThrownBy(() -> new NativeBackend(BackendOptions.DEFAULTS))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("avx1024")
                .hasMessageContaining("portable");
    }
}
