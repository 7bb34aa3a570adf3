package org.rpt4j.backend.onnx.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.backend.onnx.proto.ExternalData;
import org.rpt4j.model.format.Checkpoint;

/**
 * Exports a checkpoint in the Hugging Face layout to ONNX, in single precision: the graph in one file, the weights in
 * another beside it, and the configuration and tokenizer files, so that the directory is a complete model. Thread-safe.
 *
 * <p>The graph has the inputs and outputs of a Hugging Face export ({@code input_ids}, {@code attention_mask}, {@code
 * past_key_values.N.key} and {@code .value}; {@code logits}, {@code present.N.key} and {@code .value}). Weights are
 * computed one at a time: the largest one determines the heap.
 */
public final class OnnxExporter {

    private OnnxExporter() {}

    /**
     * Exports a model.
     *
     * @param checkpoint directory in the Hugging Face layout
     * @param file the graph to write, such as {@code model.onnx}; its weights go to the same name with {@code .data}
     *     appended
     * @throws org.rpt4j.api.error.ModelFormatException if the checkpoint cannot be read
     * @throws StorageException if a file cannot be written or already exists
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted; no file is left behind
     */
    public static void export(Path checkpoint, Path file, GraphForm form) {
        export(ModelSource.directory(checkpoint), file, form);
    }

    /** Exports a model without the keys of {@code config.json} that its source accepts. */
    public static void export(ModelSource checkpoint, Path file, GraphForm form) {
        Path data = ModelFiles.dataFile(file);
        ModelFiles.requireRoom(checkpoint.directory(), file);
        try (Checkpoint opened = Checkpoint.open(checkpoint)) {
            DecoderModel model = DecoderModel.of(opened.config(), form);
            ModelFiles.write(
                    file,
                    checkpoint.directory(),
                    out -> writeWeights(model, opened, out),
                    () -> model.toProto(data.getFileName().toString()));
        }
    }

    private static void writeWeights(DecoderModel model, Checkpoint checkpoint, OutputStream out) throws IOException {
        FloatOutput floats = new FloatOutput(out);
        long offset = 0;
        try {
            for (GraphWeight weight : model.weights()) {
                out.write(new byte[Math.toIntExact(ExternalData.aligned(offset) - offset)]);
                offset = ExternalData.aligned(offset) + Float.BYTES * weight.size();
                weight.read(checkpoint, floats::write);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
