package org.rpt4j.core.dataset;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.TruthMatch;

/**
 * Writes documents, each with its tasks after it. Tokens and truths of a task that are those of its document are
 * references to it, others are written out, so that a task is read as it was made, however it was made. A task of the
 * next token takes about 15 bytes. For one thread.
 *
 * <p>A document: hash of its id in 8 bytes, id, number of tokens, bytes per token, tokens. A task: distance back to its
 * document, {@linkplain #ID_GIVEN flags}, id if it is not that of its place, position, entropy in 4 or 8 bytes or none,
 * context, continuation, after, truth. Tokens: four times their number plus {@link #AT_HINT} and the like, then their
 * place in the document, or bytes per token and the tokens.
 */
final class TaskEncoder {

    static final int ID_GIVEN = 1;
    static final int WHOLE = 1 << 1;
    static final int ENTROPY = 1 << 2;
    static final int DOUBLE = 1 << 3;
    static final int TRUTH_PART = 1 << 4;
    static final int TRUTH_GIVEN = 1 << 5;

    /** Tokens of the document at the place where tasks of the next token have them. */
    static final int AT_HINT = 0;

    static final int ELSEWHERE = 1;
    static final int GIVEN = 2;

    private final StoreOutput out;
    private final TokenCodec codec;
    private final TokenBytes known;
    private long begin;
    private String id = "";
    private int[] tokens = {};

    TaskEncoder(StoreOutput out, TokenCodec codec, TokenBytes known) {
        this.out = out;
        this.codec = codec;
        this.known = known;
    }

    /** Writes a document, to which the following tasks refer. */
    void begin(String documentId, int[] ofDocument) {
        begin = out.position();
        id = documentId;
        tokens = ofDocument;
        int width = StoreOutput.width(tokens);
        out.fixed(CounterRandom.bits(id), Long.BYTES);
        out.text(id);
        out.number(tokens.length);
        out.put(width);
        out.tokens(tokens, width);
    }

    /** Whether a task refers to the document that was written last. */
    boolean isOfDocument(PredictionTask task) {
        return task.documentId().equals(id);
    }

    void add(PredictionTask task) {
        Truth truth = truth(task);
        boolean given = task.id() != TaskDocument.taskId(id, task.position());
        boolean scored = !Double.isNaN(task.entropy());
        boolean needsDouble = scored && (float) task.entropy() != task.entropy();
        out.number(out.position() - begin);
        out.put((given ? ID_GIVEN : 0)
                | (task.match() == TruthMatch.WHOLE ? WHOLE : 0)
                | (scored ? ENTROPY : 0)
                | (needsDouble ? DOUBLE : 0)
                | truth.flag());
        if (given) {
            out.fixed(task.id(), Long.BYTES);
        }
        out.number(task.position());
        if (needsDouble) {
            out.fixed(Double.doubleToLongBits(task.entropy()), Long.BYTES);
        } else if (scored) {
            out.fixed(Float.floatToIntBits((float) task.entropy()), Integer.BYTES);
        }
        int end = task.position() + task.continuation().length;
        tokens(task.context(), task.position() - task.context().length);
        tokens(task.continuation(), task.position());
        tokens(task.after(), end);
        write(truth, task.truth());
    }

    private void tokens(int[] wanted, int hint) {
        int from = isAt(wanted, hint) ? hint : find(wanted);
        if (from < 0) {
            int width = StoreOutput.width(wanted);
            out.number(4L * wanted.length + GIVEN);
            out.put(width);
            out.tokens(wanted, width);
        } else if (from == hint) {
            out.number(4L * wanted.length + AT_HINT);
        } else {
            out.number(4L * wanted.length + ELSEWHERE);
            out.number(from);
        }
    }

    private boolean isAt(int[] wanted, int from) {
        return from >= 0
                && from <= tokens.length - wanted.length
                && Arrays.equals(tokens, from, from + wanted.length, wanted, 0, wanted.length);
    }

    private int find(int[] wanted) {
        for (int from = 0; from <= tokens.length - wanted.length; from++) {
            if (isAt(wanted, from)) {
                return from;
            }
        }
        return -1;
    }

    /** How a truth follows from the continuation: as its bytes, as a part of them, or not. */
    private record Truth(int flag, int skipped, int length) {}

    private Truth truth(PredictionTask task) {
        GroundTruth truth = task.truth();
        if (known.learn(task.continuation(), codec)) {
            GroundTruth whole = known.truth(task.continuation());
            if (whole.equals(truth)) {
                return new Truth(0, 0, 0);
            }
            int length = truth.bytes().length;
            for (int skipped = 0; skipped + length <= whole.bytes().length; skipped++) {
                if (TokenBytes.part(whole, skipped, length).equals(truth)) {
                    return new Truth(TRUTH_PART, skipped, length);
                }
            }
        }
        return new Truth(TRUTH_GIVEN, 0, 0);
    }

    private void write(Truth how, GroundTruth truth) {
        if (how.flag() == TRUTH_PART) {
            out.number(how.skipped());
            out.number(how.length());
        } else if (how.flag() == TRUTH_GIVEN) {
            out.number(truth.bytes().length);
            out.bytes(truth.bytes());
            out.number(truth.boundaries().length);
            int last = 0;
            for (int boundary : truth.boundaries()) {
                out.number(boundary - last);
                last = boundary;
            }
        }
    }

    /** Writes the tasks of a document in order; one that names another document gets that before it. */
    void add(TaskDocument document, List<PredictionTask> tasks, TaskSink sink) {
        boolean begun = false;
        for (PredictionTask task : tasks) {
            if (!begun || !isOfDocument(task)) {
                begin(task.documentId(), document.tokens());
                begun = true;
            }
            long position = out.position();
            add(task);
            sink.at(position, task); // which may write, too
        }
    }

    /** Hears where a task begins that was written. */
    interface TaskSink {
        void at(long position, PredictionTask task);
    }
}
