package org.rpt4j.model.format.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.model.format.TensorInfo;

/**
 * An open file of any length. Opening reads and checks the header; a tensor is read in pieces, so the file is never copied
 * as a whole. Like safetensors, it is not memory-mapped. Thread-safe.
 */
final class GgufFile implements AutoCloseable {

    /** Values that are converted at a time; a multiple of every block, and small enough for a processor's cache. */
    private static final int PIECE = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private final long length;
    private final GgufHeader.Content header;

    private GgufFile(Path file, FileChannel channel, long length, GgufHeader.Content header) {
        this.file = file;
        this.channel = channel;
        this.length = length;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @param texts whether to keep arrays of texts, which only tokenizers have
     * @throws ModelFormatException if the file is missing, truncated, malformed, or has a type that is not read
     * @throws OperationCancelledException if the thread is interrupted
     */
    @SuppressWarnings("resource")
    static GgufFile open(Path file, boolean texts) {
        try {
            FileChannel channel = PlainFiles.openChannel(file);
            try {
                GgufInput in = new GgufInput(file.toString(), channel);
                return new GgufFile(file, channel, in.length(), GgufHeader.read(file.toString(), in, texts));
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        } catch (ClosedByInterruptException e) {
            throw cancelled(file, e);
        } catch (NoSuchFileException e) {
            throw new ModelFormatException("there is no file " + file, e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + file + ": " + e, e);
        }
    }

    GgufMetadata metadata() {
        return header.metadata();
    }

    /** Returns all tensors by name, in the order of the file. */
    Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    /**
     * Reads a whole tensor as float32 in row-major order. Fills {@code target} from its position to its limit and
     * changes neither.
     *
     * @param headSize rows of a head, if the file has them in pairs from both halves of the head, as llama.cpp rotates them;
     *     0 keeps their order
     * @throws IllegalArgumentException if the remaining size of {@code target} differs from the size of the tensor
     * @throws NumericalException if an element is NaN or infinite; it names the tensor and the element
     */
    void read(TensorInfo tensor, int headSize, FloatBuffer target) {
        if (target.remaining() != tensor.size()) {
            throw new IllegalArgumentException("target has room for " + target.remaining() + " values, tensor \""
                    + tensor.name() + "\" " + tensor.shape() + " of " + file + " has " + tensor.size());
        }
        try {
            if (channel.size() != length) {
                throw new ModelFormatException(
                        file + " changed while it was open: " + length + " bytes before, " + channel.size() + " now");
            }
            copy(tensor, headSize, target);
        } catch (ClosedByInterruptException e) {
            throw cancelled(file, e);
        } catch (ClosedChannelException e) {
            throw new IllegalStateException(file + " is closed", e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read tensor \"" + tensor.name() + "\" of " + file + ": " + e, e);
        }
    }

    private void copy(TensorInfo tensor, int headSize, FloatBuffer target) throws IOException {
        GgmlType type = GgmlType.valueOf(tensor.dtype());
        int most = (int) Math.min(PIECE, tensor.size());
        ByteBuffer bytes = ByteBuffer.allocate(most / type.blockValues() * type.blockBytes());
        float[] values = new float[most];
        long width = tensor.shape().size() == 1 ? 1 : tensor.shape().get(1);
        for (long done = 0; done < tensor.size(); done += most) {
            int count = (int) Math.min(most, tensor.size() - done);
            long from = header.dataStart() + tensor.begin() + done / type.blockValues() * type.blockBytes();
            readFully(from, bytes.clear().limit(count / type.blockValues() * type.blockBytes()));
            Dequantizer.dequantize(type, bytes.array(), values, count);
            requireFinite(tensor, values, count, done);
            if (headSize == 0) {
                target.put(Math.toIntExact(target.position() + done), values, 0, count);
            } else {
                putRows(values, count, done, width, headSize, target);
            }
        }
    }

    private static void putRows(float[] values, int count, long first, long width, int headSize, FloatBuffer target) {
        for (int i = 0; i < count; ) {
            long row = (first + i) / width;
            long column = (first + i) % width;
            int part = (int) Math.min(width - column, count - i);
            long within = row % headSize;
            long place = row - within + within % 2 * (headSize / 2) + within / 2;
            target.put(Math.toIntExact(target.position() + place * width + column), values, i, part);
            i += part;
        }
    }

    private void readFully(long position, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("the file ends at byte " + (position + bytes.position()));
            }
        }
    }

    private void requireFinite(TensorInfo tensor, float[] values, int count, long first) {
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i] * 0; // NaN for an infinity, too
        }
        if (sum == 0) {
            return;
        }
        int at = 0;
        while (Float.isFinite(values[at])) {
            at++;
        }
        throw new NumericalException("tensor \"" + tensor.name() + "\" " + tensor.shape() + " of " + file + " holds "
                + values[at] + " at element " + (first + at) + ": the file is damaged, or what it was made from had"
                + " diverged. Use another copy.");
    }

    private static OperationCancelledException cancelled(Path file, ClosedByInterruptException cause) {
        return new OperationCancelledException("interrupted while reading " + file, cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ModelFormatException("cannot close " + file + ": " + e, e);
        }
    }
}
