package org.rpt4j.core.task;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.model.format.Sha256;

/**
 * An append-only file of scored sequences: a header that describes the scoring, then one entry per sequence with a hash
 * of its tokens and a checksum. It is read from the start to its end or to the first truncated entry, and written from
 * there on. Does not use channels, because an interrupt would close them. Not thread-safe.
 */
final class ScoreRecord implements AutoCloseable {

    private static final long MAGIC = 0x5250_5434_4a53_4331L;
    private static final int MAX_HEADER = 1 << 16;
    private static final int HASH_BYTES = 16;
    private static final int TOKEN_BYTES = Double.BYTES + Integer.BYTES + Double.BYTES;
    private static final int CANDIDATE_BYTES = Integer.BYTES + Double.BYTES;
    private static final long FORCE_NANOS = 2_000_000_000L;

    private final Path file;
    private final RandomAccessFile access;
    private final int longest;
    private final int candidates;
    private boolean writing;
    private long lastForce = System.nanoTime();

    private ScoreRecord(Path file, RandomAccessFile access, int longest, int candidates) {
        this.file = file;
        this.access = access;
        this.longest = longest;
        this.candidates = candidates;
    }

    /**
     * Opens a record, or creates one.
     *
     * @param header describes the scoring; a record with another header is rejected
     * @param longest maximum number of tokens of a sequence, which bounds the memory that an entry can make the reader
     *     allocate
     * @param candidates number of candidates of a token, which the header describes, too
     */
    static ScoreRecord open(Path file, String header, int longest, int candidates) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            PlainFiles.requireWritable(file);
            RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw");
            try {
                requireAlone(file, access);
                ScoreRecord record = new ScoreRecord(file, access, longest, candidates);
                record.begin(header.getBytes(StandardCharsets.UTF_8));
                return record;
            } catch (IOException | RuntimeException | Error e) {
                access.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("cannot open the record " + file + ": " + e, e);
        }
    }

    private static void requireAlone(Path file, RandomAccessFile access) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = access.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new StorageException("the record " + file + " is in use: another run is writing it");
        }
    }

    private void begin(byte[] header) throws IOException {
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + header.length)
                .putLong(MAGIC)
                .putInt(header.length)
                .put(header);
        if (wasCutOff(start.array())) {
            access.setLength(0);
            access.write(start.array());
            return;
        }
        if (access.length() < Long.BYTES + Integer.BYTES) {
            throw noRecord();
        }
        long magic = access.readLong();
        int length = access.readInt();
        if (magic != MAGIC || length < 0 || length > Math.min(MAX_HEADER, access.length() - access.getFilePointer())) {
            throw noRecord();
        }
        byte[] found = new byte[length];
        access.readFully(found);
        if (!Arrays.equals(found, header)) {
            throw new StorageException("the record " + file + " belongs to another scoring. Recorded: "
                    + oneLine(found) + ". Requested: " + oneLine(header)
                    + ". Delete it to start over, or choose another name.");
        }
    }

    /** Whether the file is new, or its header was only partly written. */
    private boolean wasCutOff(byte[] start) throws IOException {
        if (access.length() >= start.length) {
            return false;
        }
        byte[] found = new byte[(int) access.length()];
        access.readFully(found);
        access.seek(0);
        return Arrays.equals(found, Arrays.copyOf(start, found.length));
    }

    private StorageException noRecord() {
        return new StorageException(file + " is not a record of scores. Choose another name.");
    }

    private static String oneLine(byte[] header) {
        return new String(header, StandardCharsets.UTF_8).replace('\n', ' ');
    }

    /** Where the next entry is read or written, in bytes from the start. */
    long position() {
        try {
            return access.getFilePointer();
        } catch (IOException e) {
            throw new StorageException("cannot read the record " + file + ": " + e, e);
        }
    }

    /** Ends the record at a position and continues writing there. */
    void cutOff(long position) {
        try {
            access.setLength(position);
            access.seek(position);
            writing = true;
        } catch (IOException e) {
            throw new StorageException("cannot write the record " + file + ": " + e, e);
        }
    }

    /**
     * Reads the next entry.
     *
     * @return null once the record ends
     * @throws StorageException if it belongs to another sequence
     */
    @Nullable
    TokenScores next(int[] tokens) {
        if (writing) {
            return null;
        }
        try {
            long start = access.getFilePointer();
            @Nullable ByteBuffer entry = readEntry();
            if (entry == null) {
                cutOff(start);
                return null;
            }
            byte[] hash = new byte[HASH_BYTES];
            entry.get(hash);
            if (!Arrays.equals(hash, hash(tokens))) {
                throw new StorageException("the record " + file + " belongs to another corpus, or to one that has "
                        + "changed: the sequence at byte " + start + " differs. Delete the record to start over.");
            }
            return scores(entry, tokens.length);
        } catch (IOException e) {
            throw new StorageException("cannot read the record " + file + ": " + e, e);
        }
    }

    /** The next entry without length and checksum; null if there is no complete one. */
    private @Nullable ByteBuffer readEntry() throws IOException {
        long left = access.length() - access.getFilePointer();
        if (left < Integer.BYTES) {
            return null;
        }
        int length = access.readInt();
        if (length < 1 || length > longest || bytes(length) + Integer.BYTES > left - Integer.BYTES) {
            return null;
        }
        byte[] entry = new byte[Math.toIntExact(bytes(length))];
        access.readFully(entry);
        return access.readInt() == checksum(entry) ? ByteBuffer.wrap(entry) : null;
    }

    /** Bytes of an entry without length and checksum. */
    private long bytes(int length) {
        return HASH_BYTES + (long) (TOKEN_BYTES + candidates * CANDIDATE_BYTES) * length;
    }

    private TokenScores scores(ByteBuffer entry, int length) {
        double[] entropy = new double[length];
        int[] argmax = new int[length];
        double[] trueLogProb = new double[length];
        for (int t = 0; t < length; t++) {
            entropy[t] = entry.getDouble();
            argmax[t] = entry.getInt();
            trueLogProb[t] = entry.getDouble();
        }
        int[] topIds = new int[length * candidates];
        double[] topLogProbs = new double[topIds.length];
        for (int i = 0; i < topIds.length; i++) {
            topIds[i] = entry.getInt();
            topLogProbs[i] = entry.getDouble();
        }
        return new TokenScores(entropy, argmax, trueLogProb).withCandidates(topIds, topLogProbs);
    }

    /** Appends an entry; only after {@link #next} returned null. */
    void append(int[] tokens, TokenScores scores) {
        ByteBuffer entry =
                ByteBuffer.allocate(Math.toIntExact(bytes(tokens.length))).put(hash(tokens));
        for (int t = 0; t < tokens.length; t++) {
            entry.putDouble(scores.entropy()[t]).putInt(scores.argmax()[t]).putDouble(scores.trueLogProb()[t]);
        }
        for (int i = 0; i < scores.topIds().length; i++) {
            entry.putInt(scores.topIds()[i]).putDouble(scores.topLogProbs()[i]);
        }
        ByteBuffer whole = ByteBuffer.allocate(entry.capacity() + 2 * Integer.BYTES)
                .putInt(tokens.length)
                .put(entry.array())
                .putInt(checksum(entry.array()));
        try {
            access.write(whole.array());
        } catch (IOException e) {
            throw new StorageException("cannot write the record " + file + ": " + e, e);
        }
    }

    /** Forces the written data to disk from time to time. */
    void flush() {
        if (System.nanoTime() - lastForce > FORCE_NANOS) {
            force();
        }
    }

    private void force() {
        try {
            access.getFD().sync();
            lastForce = System.nanoTime();
        } catch (IOException e) {
            throw new StorageException("cannot write the record " + file + ": " + e, e);
        }
    }

    void delete() {
        try {
            access.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StorageException("cannot delete the record " + file + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            if (access.getChannel().isOpen()) {
                force();
                access.close();
            }
        } catch (IOException e) {
            throw new StorageException("cannot close the record " + file + ": " + e, e);
        }
    }

    private static int checksum(byte[] entry) {
        CRC32 crc = new CRC32();
        crc.update(entry);
        return (int) crc.getValue();
    }

    private static byte[] hash(int[] tokens) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * tokens.length);
        bytes.asIntBuffer().put(tokens);
        Sha256 hash = new Sha256();
        hash.add(bytes.array());
        return HexFormat.of().parseHex(hash.hex(), 0, 2 * HASH_BYTES);
    }
}
