package org.rpt4j.core.task.kind;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.spi.TaskKindContext;

/** Cuts a piece out of a document and makes the task to predict it. */
final class Gap {

    private final TaskKindContext context;

    Gap(TaskKindContext context) {
        this.context = context;
    }

    /** Whether a piece has enough text before it and may be predicted. */
    boolean fits(TaskDocument document, Span piece) {
        return piece.from() >= Math.max(context.limits().minContextTokens(), document.firstTarget());
    }

    /** A task with the text before a place, and all else to be filled in. */
    PredictionTask.Builder before(TaskDocument document, int place) {
        int start = Math.max(0, place - context.limits().maxContextTokens());
        return PredictionTask.builder(document.taskId(place), document.id(), place)
                .context(Arrays.copyOfRange(document.tokens(), start, place));
    }

    /**
     * The task to predict a piece. White space around the piece belongs to its tokens and not to the truth, since nobody
     * writes it into a box.
     */
    PredictionTask.Builder task(TaskDocument document, Span piece, TruthMatch match) {
        int most = Math.min(piece.to(), piece.from() + context.limits().continuationTokens());
        int[] continuation = Arrays.copyOfRange(document.tokens(), piece.from(), most);
        return before(document, piece.from())
                .continuation(continuation)
                .truth(withoutSpaceAround(GroundTruths.of(context.tokenizer(), continuation)))
                .match(match);
    }

    /** The text after a piece, as much as a task may show. */
    int[] after(TaskDocument document, Span piece) {
        int end =
                Math.min(document.tokens().length, piece.to() + context.limits().maxAfterTokens());
        return Arrays.copyOfRange(document.tokens(), piece.to(), end);
    }

    /** The task to name one of several choices. */
    PredictionTask.Builder choice(TaskDocument document, int place, int[] choices, char letter) {
        String name = String.valueOf(letter);
        byte[] bytes = name.getBytes(UTF_8);
        return before(document, place)
                .after(choices)
                .continuation(context.tokenizer().encodeContinuation(name))
                .truth(new GroundTruth(bytes, new int[] {bytes.length}))
                .match(TruthMatch.WHOLE);
    }

    private static GroundTruth withoutSpaceAround(GroundTruth truth) {
        String text = new String(truth.bytes(), UTF_8);
        int from = bytes(text.substring(0, text.length() - text.stripLeading().length()));
        int to =
                truth.bytes().length - bytes(text.substring(text.stripTrailing().length()));
        return new GroundTruth(
                Arrays.copyOfRange(truth.bytes(), from, to),
                Arrays.stream(truth.boundaries())
                        .filter(boundary -> boundary > from)
                        .map(boundary -> Math.min(boundary, to) - from)
                        .distinct()
                        .toArray());
    }

    private static int bytes(String spaces) {
        return spaces.getBytes(UTF_8).length;
    }
}
