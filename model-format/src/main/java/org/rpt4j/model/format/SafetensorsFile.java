package org.rpt4j.model.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * An open safetensors file of any length. Opening reads and checks the header; a tensor is read in pieces of 1 MiB, so
 * the file is never copied as a whole, and threads share the pieces of one that is not converted. It is not memory-mapped: a file that another process truncates would then end
 * the JVM with a bus error, while a read reports it. Only plain files are opened, see {@link PlainFiles}.
 *
 * <p>The file must not be changed in place while it is open; replacing it with {@link AtomicFiles} is safe.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class SafetensorsFile implements AutoCloseable {

    /** Maximum header length of the format, in bytes. */
    static final int MAX_HEADER = 100_000_000;

    private static final int PIECE = 1 << 20;
    /** The bits of a single without its sign; those of infinity, above which are those of NaN. */
    private static final int MAGNITUDE = 0x7fffffff;

    private static final int INFINITE = 0x7f800000;

    private final Path file;
    private final FileChannel channel;
    private final long length;
    private final long dataStart;
    private final SafetensorsHeader header;
    private final int pieceBytes;

    private SafetensorsFile(
            Path file, FileChannel channel, long length, long dataStart, SafetensorsHeader header, int pieceBytes) {
        this.file = file;
        this.channel = channel;
        this.length = length;
        this.dataStart = dataStart;
        this.header = header;
        this.pieceBytes = pieceBytes;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws ModelFormatException if the file is missing, truncated or malformed
     * @throws OperationCancelledException if the thread is interrupted
     */
    public static SafetensorsFile open(Path file) {
        return open(file, PIECE);
    }

    /**
     * Opens a file.
     *
     * @param pieceBytes maximum number of bytes read at once; a multiple of every element's length
     */
    @SuppressWarnings("resource")
    static SafetensorsFile open(Path file, int pieceBytes) {
        try {
            FileChannel channel = PlainFiles.openChannel(file);
            try {
                return open(file, channel, pieceBytes);
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

    private static SafetensorsFile open(Path file, FileChannel channel, int pieceBytes) throws IOException {
        long length = channel.size();
        if (length < Long.BYTES) {
            throw new ModelFormatException(file + ": " + length
                    + " bytes, too short for a safetensors file, which begins with 8 bytes of header length");
        }
        long headerLength = readFully(channel, 0, ByteBuffer.allocate(Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        long most = Math.min(MAX_HEADER, length - Long.BYTES);
        if (headerLength < 0 || headerLength > most) {
            throw new ModelFormatException(file + ": the header claims " + Long.toUnsignedString(headerLength)
                    + " bytes, expected at most " + most + ". The file is truncated or not a safetensors file.");
        }
        byte[] json = readFully(channel, Long.BYTES, ByteBuffer.allocate((int) headerLength))
                .array();
        long dataStart = Long.BYTES + headerLength;
        SafetensorsHeader header = SafetensorsHeader.parse(file.toString(), json, length - dataStart);
        return new SafetensorsFile(file, channel, length, dataStart, header, pieceBytes);
    }

    private static ByteBuffer readFully(FileChannel channel, long position, ByteBuffer bytes) throws IOException {
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
     * @throws NumericalException if an element is NaN or infinite; it names the tensor and the element
     * @throws OperationCancelledException if the thread is interrupted; this closes the file
     */
    public void read(String name, FloatBuffer target) {
        TensorInfo tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new ModelFormatException(file + ": no tensor named \"" + name + "\" among its "
                    + header.tensors().size());
        }
        dtype(tensor);
        if (target.remaining() != tensor.size()) {
            throw new IllegalArgumentException("target has room for " + target.remaining() + " values, tensor \"" + name
                    + "\" " + tensor.shape() + " of " + file + " has " + tensor.size());
        }
        read(tensor, 0, target);
    }

    /**
     * Reads the bytes of a tensor as they are stored, from element {@code first} on, until {@code target} is full; its
     * position and limit stay.
     */
    void readStored(TensorInfo tensor, long first, ByteBuffer target) {
        DType type = dtype(tensor);
        long begin = dataStart + tensor.begin() + first * type.bytes();
        int pieces = (int) ((target.remaining() + pieceBytes - 1L) / pieceBytes);
        try {
            requireLength();
            OptionalLong damaged = IntStream.range(0, pieces)
                    .parallel()
                    .mapToLong(i -> {
                        int from = i * pieceBytes;
                        ByteBuffer piece =
                                target.slice(target.position() + from, Math.min(pieceBytes, target.remaining() - from));
                        int at = type.firstNotFinite(readPiece(begin + from, piece));
                        return at < 0 ? Long.MAX_VALUE : first + from / type.bytes() + at;
                    })
                    .filter(element -> element < Long.MAX_VALUE)
                    .min();
            if (damaged.isPresent()) {
                long at = damaged.getAsLong();
                FloatBuffer one = FloatBuffer.allocate(1);
                type.decode(target.slice(target.position() + (int) (at - first) * type.bytes(), type.bytes()), one);
                throw notFinite(tensor, at, one.get(0));
            }
        } catch (UncheckedIOException e) {
            throw failed(tensor, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failed(tensor, e);
        }
    }

    private ByteBuffer readPiece(long position, ByteBuffer piece) {
        try {
            return readFully(channel, position, piece);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads as many elements as fit into {@code target}, from element {@code first} on. */
    void read(TensorInfo tensor, long first, FloatBuffer target) {
        DType type = dtype(tensor);
        long begin = tensor.begin() + first * type.bytes();
        long end = begin + (long) target.remaining() * type.bytes();
        FloatBuffer rest = target.duplicate();
        try {
            requireLength();
            ByteBuffer piece = ByteBuffer.allocate((int) Math.min(pieceBytes, end - begin));
            for (long at = begin; at < end; at += piece.limit()) {
                piece.clear().limit((int) Math.min(piece.capacity(), end - at));
                int from = rest.position();
                type.decode(readFully(channel, dataStart + at, piece), rest);
                requireFinite(tensor, rest, from, first - target.position());
            }
        } catch (IOException e) {
            throw failed(tensor, e);
        }
    }

    private void requireLength() throws IOException {
        if (channel.size() != length) {
            throw new ModelFormatException(
                    file + " changed while it was open: " + length + " bytes before, " + channel.size() + " now");
        }
    }

    /** An interrupt of the reader closes the file, which other threads that read pieces see as closed. */
    private RuntimeException failed(TensorInfo tensor, IOException e) {
        if (e instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted()) {
            return cancelled(file, e);
        }
        return e instanceof ClosedChannelException
                ? new IllegalStateException(file + " is closed", e)
                : new ModelFormatException("cannot read tensor \"" + tensor.name() + "\" of " + file + ": " + e, e);
    }

    /** Checks what was just decoded, while it is in the processor's cache. */
    private void requireFinite(TensorInfo tensor, FloatBuffer values, int from, long shift) {
        int largest = 0;
        for (int i = from; i < values.position(); i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(values.get(i)) & MAGNITUDE);
        }
        if (largest < INFINITE) {
            return;
        }
        int at = from;
        while (Float.isFinite(values.get(at))) {
            at++;
        }
        throw notFinite(tensor, shift + at, values.get(at));
    }

    private NumericalException notFinite(TensorInfo tensor, long element, float value) {
        return new NumericalException("tensor \"" + tensor.name() + "\" " + tensor.shape() + " of " + file + " holds "
                + value + " at element " + element
                + ": the file is damaged, or what it was saved from had diverged. Use another copy.");
    }

    private DType dtype(TensorInfo tensor) {
        try {
            return DType.parse(tensor.dtype());
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(file + ": tensor \"" + tensor.name() + "\": " + e.getMessage(), e);
        }
    }

    private static OperationCancelledException cancelled(Path file, IOException cause) {
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
