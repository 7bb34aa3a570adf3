package org.rpt4j.jmh;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.backend.onnx.export.OnnxQuantizer;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

/**
 * The models of {@link OnnxScoringBenchmark}, written by a separate process: the memory used for writing would
 * otherwise hide the memory used for scoring.
 */
final class OnnxModels {

    private static final int LAYERS = 6;
    private static final long SEED = 3;

    private OnnxModels() {}

    /** The shape of Qwen2 0.5B with fewer layers and any vocabulary. */
    static ModelConfig config(int vocabularySize) {
        return new ModelConfig(
                Architecture.QWEN2,
                vocabularySize,
                896,
                4864,
                LAYERS,
                14,
                2,
                64,
                4096,
                1e-6,
                1e6,
                new RopeScaling.None(),
                true,
                true,
                false,
                false,
                List.of());
    }

    /** Returns the exported model in a directory. */
    static Path exact(Path directory) {
        return directory.resolve("onnx/model.onnx");
    }

    /** Returns the 8-bit model in a directory. */
    static Path int8(Path directory) {
        return directory.resolve("int8/model.onnx");
    }

    /** Writes the models in another JVM. */
    static void write(Path directory, int vocabularySize) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OnnxModels.class.getName(),
                        directory.toString(),
                        Integer.toString(vocabularySize))
                .redirectErrorStream(true)
                .redirectOutput(new File(directory.toFile(), "log"))
                .start();
        try {
            Answers.require(process.waitFor() == 0, "writing the models failed, see " + directory.resolve("log"));
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }

    /** Writes the models; the arguments are the directory and the size of the vocabulary. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Path checkpoint = directory.resolve("checkpoint");
        Files.createDirectories(checkpoint);
        CheckpointInitializer.initialize(checkpoint, config(Integer.parseInt(arguments[1])), SEED);
        OnnxExporter.export(checkpoint, exact(directory), GraphForm.FAST);
        OnnxQuantizer.quantize(exact(directory), int8(directory));
    }
}
