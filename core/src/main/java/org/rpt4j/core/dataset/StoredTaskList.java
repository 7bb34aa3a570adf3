package org.rpt4j.core.dataset;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.api.error.StorageException;

/**
 * The tasks of one side, each made anew when it is asked for, as {@link TaskEncoder} wrote them. Immutable and
 * thread-safe.
 */
final class StoredTaskList extends AbstractList<PredictionTask> implements RandomAccess {

    private final StoredBytes bytes;
    private final TaskIndex index;
    private final TokenBytes known;

    StoredTaskList(StoredBytes bytes, TaskIndex index, TokenBytes known) {
        this.bytes = bytes;
        this.index = index;
        this.known = known;
    }

    @Override
    public int size() {
        return index.size();
    }

    /**
     * Makes a task.
     *
     * @throws StorageException if its bytes are none of a task
     */
    @Override
    public PredictionTask get(int task) {
        Objects.checkIndex(task, size());
        try {
            return new Record(index.position(bytes, task)).task();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw damaged(task, e);
        }
    }

    /** The ids of all tasks in order, without making the tasks. */
    LongStream ids() {
        return IntStream.range(0, size()).mapToLong(this::id);
    }

    /** The id of a task, without making it. */
    long id(int task) {
        Objects.checkIndex(task, size());
        try {
            return new Record(index.position(bytes, task)).id;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw damaged(task, e);
        }
    }

    private static StorageException damaged(int task, RuntimeException cause) {
        return new StorageException(
                "Stored task " + task + " is damaged: " + cause.getMessage()
                        + ". Remove the file of the tasks; they are then made again.",
                cause);
    }

    /** A task that is being read. */
    private final class Record {

        private final StoreCursor in;
        private final long document;
        private final int flags;
        private final long id;
        private final int position;

        Record(long begin) {
            in = new StoreCursor(bytes, begin);
            document = begin - in.number();
            flags = in.next();
            long given = (flags & TaskEncoder.ID_GIVEN) != 0 ? in.fixed(Long.BYTES) : 0;
            position = (int) in.number();
            id = (flags & TaskEncoder.ID_GIVEN) != 0
                    ? given
                    : CounterRandom.bits(new StoreCursor(bytes, document).fixed(Long.BYTES), position);
        }

        PredictionTask task() {
            double entropy = entropy();
            StoreCursor header = new StoreCursor(bytes, document + Long.BYTES);
            String documentId = header.text();
            Tokens tokens = new Tokens(header.number(), header.next(), header.position());
            int[] context = tokens(tokens, position, true);
            int[] continuation = tokens(tokens, position, false);
            int[] after = tokens(tokens, position + continuation.length, false);
            return PredictionTask.builder(id, documentId, position)
                    .context(context)
                    .continuation(continuation)
                    .after(after)
                    .truth(truth(continuation))
                    .match((flags & TaskEncoder.WHOLE) != 0 ? TruthMatch.WHOLE : TruthMatch.PREFIX)
                    .entropy(entropy)
                    .build();
        }

        private int[] tokens(Tokens ofDocument, int hint, boolean endAtHint) {
            long head = in.number();
            long length = head >>> 2;
            return switch ((int) head & 3) {
                case TaskEncoder.AT_HINT -> ofDocument.slice(endAtHint ? hint - length : hint, length);
                case TaskEncoder.ELSEWHERE -> ofDocument.slice(in.number(), length);
                case TaskEncoder.GIVEN -> {
                    int width = requireWidth(in.next());
                    yield in.tokens(in.requireHeld(length, width), width);
                }
                default -> throw new IllegalArgumentException("tokens are given in an unknown way");
            };
        }

        private double entropy() {
            if ((flags & TaskEncoder.ENTROPY) == 0) {
                return Double.NaN;
            }
            return (flags & TaskEncoder.DOUBLE) != 0
                    ? Double.longBitsToDouble(in.fixed(Long.BYTES))
                    : Float.intBitsToFloat((int) in.fixed(Integer.BYTES));
        }

        private GroundTruth truth(int[] continuation) {
            if ((flags & TaskEncoder.TRUTH_GIVEN) != 0) {
                byte[] given = in.bytes(in.count(1));
                long count = in.number();
                Objects.checkFromIndexSize(0, count, given.length);
                int[] boundaries = new int[(int) count];
                int last = 0;
                for (int i = 0; i < boundaries.length; i++) {
                    last += (int) in.number();
                    boundaries[i] = last;
                }
                return new GroundTruth(given, boundaries);
            }
            GroundTruth whole = known.truth(continuation);
            if ((flags & TaskEncoder.TRUTH_PART) == 0) {
                return whole;
            }
            long skipped = in.number();
            long length = in.number();
            Objects.checkFromIndexSize(skipped, length, whole.bytes().length);
            return TokenBytes.part(whole, (int) skipped, (int) length);
        }
    }

    private static int requireWidth(int width) {
        if (width < 1 || width > Integer.BYTES) {
            throw new IllegalArgumentException("a token id is said to have " + width + " bytes");
        }
        return width;
    }

    /** The tokens of a document. */
    private final class Tokens {

        private final long count;
        private final int width;
        private final long begin;

        Tokens(long count, int width, long begin) {
            this.count = count;
            this.width = requireWidth(width);
            this.begin = begin;
        }

        int[] slice(long from, long length) {
            if (from < 0 || length < 0 || from > count || length > count - from) {
                throw new IllegalArgumentException(
                        length + " tokens from " + from + " are asked of a document of " + count);
            }
            StoreCursor in = new StoreCursor(bytes, begin + from * width);
            return in.tokens(in.requireHeld(length, width), width);
        }
    }
}
