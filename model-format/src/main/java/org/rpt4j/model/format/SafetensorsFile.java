package org.rpt4j.model.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * An open safetensors file of any length. Opening reads and checks the header; a tensor is memory-mapped while it is
 * read, in segments of at most 256 MiB, so the file is never copied as a whole. Java 17 unmaps a segment only at
 * garbage collection: until then it occupies address space but no heap, and Windows cannot delete the file.
 *
 * <p>The file must not be changed in place while it is open; replacing it with {@link AtomicFiles} is safe.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class SafetensorsFile implements AutoCloseable {

    /** Maximum header length of the format, in bytes. */
    static final int MAX_HEADER = 100_000_000;

    private static final int SEGMENT = 256 << 20;

    private final Path file;
    private final FileChannel channel;
    private final long length;
    private final long dataStart;
    private final SafetensorsHeader header;
    private final int segmentBytes;

    private SafetensorsFile(
            Path file, FileChannel channel, long length, long dataStart, SafetensorsHeader header, int segmentBytes) {
        this.file = file;
        this.channel = channel;
        this.length = length;
        this.dataStart = dataStart;
        this.header = header;
        this.segmentBytes = segmentBytes;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws ModelFormatException if the file is missing, truncated or malformed
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static SafetensorsFile open(Path file) {
        return open(file, SEGMENT);
    }

    /**
     * Opens a file.
     *
     * @param segmentBytes maximum number of bytes mapped at once; a multiple of every element's length
     */
    @SuppressWarnings("resource")
    static SafetensorsFile open(Path file, int segmentBytes) {
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException("there is no file " + file);
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return open(file, channel, segmentBytes);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
        } catch (ClosedByInterruptException e) {
            throw cancelled(file, e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + file + ": " + e, e);
        }
    }

    private static SafetensorsFile open(Path file, FileChannel channel, int segmentBytes) throws IOException {
        long length = channel.size();
        if (length < Long.BYTES) {
            throw new ModelFormatException(file + ": " + length
                    + " bytes, too short for a safetensors file, which begins with 8 bytes of header length");
        }
        long headerLength =
                readFully(channel, 0, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long most = Math.min(MAX_HEADER, length - Long.BYTES);
        if (headerLength < 0 || headerLength > most) {
            throw new ModelFormatException(file + ": the header claims " + Long.toUnsignedString(headerLength)
                    + " bytes, expected at most " + most + ". The file is truncated or not a safetensors file.");
        }
        byte[] json = readFully(channel, Long.BYTES, (int) headerLength).array();
        long dataStart = Long.BYTES + headerLength;
        SafetensorsHeader header = SafetensorsHeader.parse(file.toString(), json, length - dataStart);
        return new SafetensorsFile(file, channel, length, dataStart, header, segmentBytes);
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("the file ends at byte " + (position + bytes.position()));
            }
        }
        return bytes.flip();
    }

    /** Returns all tensors by name, in the order of the header. */
    public Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    /** Returns the header's metadata; empty if it has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Reads a whole tensor as float32 in row-major order. Fills {@code target} from its position to its limit and
     * changes neither.
     *
     * @throws IllegalArgumentException if the remaining size of {@code target} differs from the size of the tensor
     * @throws IllegalStateException if the file is closed
     * @throws ModelFormatException if the tensor does not exist, or its dtype is not in {@link DType}
     * @throws OperationCancelledException if the thread is interrupted; this closes the file
     */
    public void read(String name, FloatBuffer target) {
        TensorInfo tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new ModelFormatException(file + ": no tensor named \"" + name + "\" among its "
                    + header.tensors().size());
        }
        DType type = dtype(tensor);
        if (target.remaining() != tensor.size()) {
            throw new IllegalArgumentException("target has room for " + target.remaining() + " values, tensor \"" + name
                    + "\" " + tensor.shape() + " of " + file + " has " + tensor.size());
        }
        FloatBuffer rest = target.duplicate();
        try {
            if (channel.size() != length) {
                throw new ModelFormatException(
                        file + " changed while it was open: " + length + " bytes before, " + channel.size() + " now");
            }
            for (long at = tensor.begin(); at < tensor.end(); at += segmentBytes) {
                long segment = Math.min(segmentBytes, tensor.end() - at);
                type.decode(channel.map(FileChannel.MapMode.READ_ONLY, dataStart + at, segment), rest);
            }
        } catch (ClosedByInterruptException e) {
            throw cancelled(file, e);
        } catch (ClosedChannelException e) {
            throw new IllegalStateException(file + " is closed", e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read tensor \"" + name + "\" of " + file + ": " + e, e);
        }
    }

    private DType dtype(TensorInfo tensor) {
        try {
            return DType.parse(tensor.dtype());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file + ": tensor \"" + tensor.name() + "\": " + e.getMessage(), e);
        }
    }

    private static OperationCancelledException cancelled(Path file, ClosedByInterruptException cause) {
        return new OperationCancelledException("interrupted while reading " + file, cause);
    }

    /** Closes the file; idempotent. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ModelFormatException("cannot close " + file + ": " + e, e);
        }
    }
}
