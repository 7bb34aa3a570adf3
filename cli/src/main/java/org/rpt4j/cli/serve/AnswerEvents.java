package org.rpt4j.cli.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.cli.serve.Engine.Output;
import org.rpt4j.cli.serve.Engine.Piece;
import org.rpt4j.cli.serve.Engine.ThoughtBegins;
import org.rpt4j.cli.serve.Engine.ThoughtEnds;
import org.rpt4j.cli.serve.Engine.TokenLogProb;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.inference.Thought;
import org.rpt4j.inference.TokenEvent;

/**
 * Makes the pieces of an answer from the events of a text. A thought before a token is a thought of the answer, and
 * in a
 * chat also what the model writes before {@code </think>}. Not thread-safe.
 */
final class AnswerEvents {

    private static final String BETWEEN_THOUGHTS = "\n\n";

    private final Tokenizer tokenizer;
    private final Output output;
    private final boolean chat;
    private final boolean logProbs;
    private final ThoughtSplitter splitter;
    /** Tokens whose text was not sent yet. */
    private final List<TokenLogProb> waiting = new ArrayList<>();

    private boolean thoughtBefore;

    /** @param opensThought whether the prompt ends inside a thought */
    AnswerEvents(TextRequest request, boolean opensThought, Reasoning reasoning, Output output) {
        this.tokenizer = reasoning.tokenizer();
        this.output = output;
        this.chat = request.isChat();
        this.logProbs = request.topLogProbs().isPresent();
        this.splitter = new ThoughtSplitter(tokenizer, reasoning.thought().markers(), opensThought, this::part);
    }

    void accept(TokenEvent event) {
        if (event instanceof TokenEvent.ThoughtStarted started) {
            if (thoughtBefore) {
                part(true, BETWEEN_THOUGHTS);
            }
            send(Piece.note(new ThoughtBegins(started.position(), started.entropy())));
        } else if (event instanceof TokenEvent.ThoughtEnded ended) {
            send(Piece.note(note(ended.thought())));
        } else if (event instanceof TokenEvent.ThoughtToken token) {
            thoughtBefore = true;
            part(true, token.text());
        } else if (event instanceof TokenEvent.TextToken token) {
            text(token);
        } else if (event instanceof TokenEvent.Finished finished) {
            rest(finished.text());
        }
    }

    private static ThoughtEnds note(Thought thought) {
        String outcome = thought.outcome().name().toLowerCase(Locale.ROOT);
        return new ThoughtEnds(thought.position(), thought.entropy(), outcome, thought.prediction());
    }

    /** Tokens of the text itself that were a thought. */
    int thoughtTokens() {
        return chat ? splitter.thoughtTokens() : 0;
    }

    private void text(TokenEvent.TextToken token) {
        boolean answer = !chat || splitter.add(token.token());
        if (logProbs && answer) {
            waiting.add(logProb(token));
        }
        text(token.text());
    }

    private void text(String text) {
        if (chat) {
            splitter.add(text);
        } else {
            part(false, text);
        }
    }

    private void rest(String text) {
        text(text);
        splitter.finish();
        if (!waiting.isEmpty()) {
            send(Piece.text(""));
        }
    }

    private TokenLogProb logProb(TokenEvent.TextToken token) {
        List<TokenLogProb> alternatives = new ArrayList<>();
        token.alternatives()
                .forEach(other ->
                        alternatives.add(new TokenLogProb(bytes(other.token()), finite(other.logProb()), List.of())));
        return new TokenLogProb(bytes(token.token()), finite(token.logProb()), alternatives);
    }

    /** JSON has no infinity; OpenAI sends this for what is that improbable. */
    private static double finite(double logProb) {
        return Math.max(logProb, -9999.0);
    }

    private List<Integer> bytes(int token) {
        List<Integer> bytes = new ArrayList<>();
        for (byte value : tokenizer.tokenBytes(token)) {
            bytes.add(Byte.toUnsignedInt(value));
        }
        return bytes;
    }

    /** A token goes out with the text that it completed. */
    private void part(boolean thought, String text) {
        if (!text.isEmpty()) {
            send(thought ? Piece.thought(text) : Piece.text(text));
        }
    }

    private void send(Piece piece) {
        Piece sent = piece;
        if (!piece.thought()) {
            sent = new Piece(false, piece.text(), List.copyOf(waiting), Optional.empty());
            waiting.clear();
        }
        try {
            output.piece(sent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("the answer was cancelled");
        }
    }
}
