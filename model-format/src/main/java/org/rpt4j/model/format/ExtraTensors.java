package org.rpt4j.model.format;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;

/**
 * Tensors of a checkpoint that belong to layers which are not computed, such as those that predict several tokens at
 * once. A saved model has them unchanged, bit by bit.
 */
final class ExtraTensors {

    private static final Pattern NAME = Pattern.compile("model\\.mtp_layers\\.([0-9]{1,4})\\..+");

    /** What writes entries of a file while they can be read. */
    interface Writer {
        void write(List<SafetensorsWriter.Entry> extra) throws IOException;
    }

    private ExtraTensors() {}

    /** Returns those of a checkpoint, in the order of its files. */
    static List<TensorInfo> in(ModelConfig config, Map<String, TensorInfo> tensors) {
        return tensors.values().stream()
                .filter(tensor -> isExtra(config, tensor.name()))
                .toList();
    }

    private static boolean isExtra(ModelConfig config, String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                && Integer.parseInt(matcher.group(1)) < config.switches().extraLayers();
    }

    /** Calls {@code writer} with the extra tensors of a checkpoint, each in the format that it has there. */
    static void copy(Path source, ModelConfig config, Writer writer) throws IOException {
        if (config.switches().extraLayers() == 0) {
            writer.write(List.of());
            return;
        }
        boolean interrupted = Thread.interrupted(); // it would close the files, and whoever saves wants the model
        try (CheckpointFiles files = CheckpointFiles.open(source, name -> true)) {
            writer.write(in(config, files.tensors()).stream()
                    .map(tensor -> entry(files, tensor))
                    .toList());
        } catch (ModelFormatException e) {
            throw new CheckpointException("cannot copy tensors of the source that are kept: " + e.getMessage(), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static SafetensorsWriter.Entry entry(CheckpointFiles files, TensorInfo tensor) {
        List<Integer> shape = tensor.shape().stream().map(Math::toIntExact).toList();
        return new SafetensorsWriter.Entry(tensor.name(), DType.parse(tensor.dtype()), shape, () -> {
            FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(tensor.size()));
            files.read(tensor.name(), values);
            return values;
        });
    }
}
