package org.rpt4j.backend.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.proto.ExternalData;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.model.format.PlainFiles;

/**
 * Weights in files beside a graph. ONNX Runtime maps such files, and a process that touches a mapped page beyond the end
 * of a file that somebody has truncated dies with a bus error. So weights of up to half of the largest heap are read and
 * handed over, which ONNX Runtime copies. Larger ones, and types that Java has no buffers for, are mapped only if the
 * system property {@code rpt4j.onnx.mapWeights} is {@code true}; then the files' lengths are compared before every run,
 * which leaves the time of one run.
 */
final class ExternalWeights {

    private static final String DIRECTORY = "session.model_external_initializers_file_folder_path";
    private static final String MAP_WEIGHTS = "rpt4j.onnx.mapWeights";
    private static final long MOST_READ = Runtime.getRuntime().maxMemory() / 2;

    private static final Map<DataType, OnnxJavaType> TYPES = Map.of(
            DataType.FLOAT, OnnxJavaType.FLOAT,
            DataType.FLOAT16, OnnxJavaType.FLOAT16,
            DataType.BFLOAT16, OnnxJavaType.BFLOAT16,
            DataType.DOUBLE, OnnxJavaType.DOUBLE,
            DataType.INT8, OnnxJavaType.INT8,
            DataType.UINT8, OnnxJavaType.UINT8,
            DataType.INT16, OnnxJavaType.INT16,
            DataType.INT32, OnnxJavaType.INT32,
            DataType.INT64, OnnxJavaType.INT64,
            DataType.BOOL, OnnxJavaType.BOOL);

    private final Path directory;
    private final List<TensorProto> tensors;
    private final Map<Path, Long> lengths = new HashMap<>();
    private final long mostRead;

    private ExternalWeights(Path directory, List<TensorProto> tensors, long mostRead) {
        this.directory = directory;
        this.tensors = tensors;
        this.mostRead = mostRead;
        try {
            for (TensorProto tensor : tensors) {
                Path file = file(tensor);
                lengths.put(file, Files.size(file));
            }
        } catch (IOException e) {
            throw new ModelFormatException("cannot read the weights in " + directory + ": " + e, e);
        }
    }

    /** The weights outside of a graph; null if there are none. */
    static @Nullable ExternalWeights of(ModelFile model) {
        return of(model, MOST_READ);
    }

    /**
     * Like {@link #of(ModelFile)}.
     *
     * @param mostRead bytes that are read at most; more stays mapped
     */
    static @Nullable ExternalWeights of(ModelFile model, long mostRead) {
        return model.directory()
                .map(directory -> new ExternalWeights(
                        directory,
                        model.model().getGraph().getInitializerList().stream()
                                .filter(ExternalData::isExternal)
                                .toList(),
                        mostRead))
                .orElse(null);
    }

    private boolean isRead() {
        return bytes() <= mostRead && tensors.stream().allMatch(ExternalWeights::fitsABuffer);
    }

    private long bytes() {
        return lengths.values().stream().mapToLong(Long::longValue).sum();
    }

    private static boolean fitsABuffer(TensorProto tensor) {
        return TYPES.containsKey(DataType.forNumber(tensor.getDataType()))
                && ExternalData.length(tensor).isPresent()
                && tensor.getDimsList().stream().allMatch(dimension -> dimension > 0);
    }

    /**
     * Hands the weights to a session.
     *
     * @param handed receives the tensors, which the caller closes when the session is open
     */
    void addTo(SessionOptions options, Map<String, OnnxTensorLike> handed) throws OrtException {
        options.addConfigEntry(DIRECTORY, directory.toString());
        if (!isRead()) {
            requireMayBeMapped();
            return;
        }
        try {
            for (TensorProto tensor : tensors) {
                handed.put(tensor.getName(), read(tensor));
            }
        } catch (IOException e) {
            throw new ModelFormatException("cannot read the weights in " + directory + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new BackendMemoryException(
                    "not enough off-heap memory for the weights in " + directory
                            + ". Increase -XX:MaxDirectMemorySize or -Xmx.",
                    e);
        }
        options.addExternalInitializers(handed);
    }

    private void requireMayBeMapped() {
        if (Boolean.getBoolean(MAP_WEIGHTS)) {
            return;
        }
        String mapped =
                " Or set -D" + MAP_WEIGHTS + "=true: they are then mapped, and if somebody truncates a file of them"
                        + " while the model is open, the process ends with a bus error.";
        if (bytes() > mostRead) {
            throw new BackendMemoryException("the weights in " + directory + " have " + bytes() + " bytes; at most "
                    + mostRead + ", half of the largest heap, are read. Raise -Xmx to " + (bytes() / (1 << 20) * 2 + 2)
                    + "m." + mapped);
        }
        throw new ModelFormatException("the weights in " + directory + " have a type or shape that cannot be read from"
                + " Java. Use a model in single or half precision or with 8-bit integers." + mapped);
    }

    private OnnxTensor read(TensorProto tensor) throws IOException, OrtException {
        int length = Integer.parseInt(ExternalData.length(tensor).orElseThrow());
        long offset = Long.parseLong(ExternalData.offset(tensor).orElse("0"));
        ByteBuffer bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
        try (FileChannel channel = PlainFiles.openChannel(file(tensor))) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, offset + bytes.position()) < 0) {
                    throw new EOFException(file(tensor) + " ends at byte " + (offset + bytes.position()));
                }
            }
        }
        long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        return OnnxTensor.createTensor(
                OrtRuntime.environment(), bytes.flip(), shape, TYPES.get(DataType.forNumber(tensor.getDataType())));
    }

    /**
     * Refuses mapped files that changed their length; runs before every run.
     *
     * @throws ModelFormatException if one did
     */
    void requireUnchanged() {
        if (isRead()) {
            return;
        }
        lengths.forEach((file, length) -> {
            try {
                if (Files.size(file) != length) {
                    throw new ModelFormatException(file + " changed while the model was open: " + length
                            + " bytes before, " + Files.size(file) + " now. Open the model again.");
                }
            } catch (IOException e) {
                throw new ModelFormatException("cannot read " + file + " of the open model: " + e, e);
            }
        });
    }

    private Path file(TensorProto tensor) {
        return directory.resolve(ExternalData.location(tensor).orElseThrow());
    }
}
