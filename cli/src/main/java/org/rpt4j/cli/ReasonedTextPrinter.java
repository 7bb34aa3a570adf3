package org.rpt4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.inference.ReasonedText;
import org.rpt4j.inference.Thought;
import org.rpt4j.inference.ThoughtOutcome;
import org.rpt4j.inference.TokenEvent;
import org.rpt4j.inference.Usage;

/** Prints a text piece by piece as it is written, and afterwards where the model thought. */
final class ReasonedTextPrinter implements Consumer<TokenEvent> {

    private final PrintWriter out;
    private final PrintWriter exact;

    /**
     * @param out where the text goes, and nothing else
     * @param exact the writer behind it, which knows whether anybody reads
     */
    ReasonedTextPrinter(PrintWriter out, PrintWriter exact) {
        this.out = out;
        this.exact = exact;
    }

    @Override
    public void accept(TokenEvent event) {
        if (event instanceof TokenEvent.TextToken token) {
            print(token.text());
        } else if (event instanceof TokenEvent.Finished finished) {
            print(finished.text());
        }
    }

    private void print(String piece) {
        out.print(piece);
        out.flush();
        if (exact.checkError()) {
            throw new StorageException("Standard output cannot be written: whoever read it is gone.");
        }
    }

    /** One paragraph per thought, and what the text cost. */
    static void printTrace(ReasonedText text, PrintWriter err) {
        for (Thought thought : text.trace().thoughts()) {
            err.printf(
                    Locale.ROOT,
                    "Thought before token %d (entropy %.3f nats, %d tokens): %s%n",
                    thought.position(),
                    thought.entropy(),
                    thought.tokenCount(),
                    thought.outcome() == ThoughtOutcome.TAKEN
                            ? "took \"" + thought.prediction() + "\""
                            : "took nothing, " + reason(thought.outcome()));
            thought.text().lines().forEach(line -> err.println("  | " + line));
        }
        Usage usage = text.usage();
        err.printf(
                Locale.ROOT,
                "%d tokens in %.2f s (%.1f ms each), %d thoughts of %d tokens: %.2f generated tokens per token of the"
                        + " text.%n",
                usage.outputTokens(),
                seconds(usage.total()),
                1000 * seconds(usage.latency()),
                usage.thoughts(),
                usage.thoughtTokens(),
                usage.tokensPerOutputToken());
        if (usage.thoughts() > 0) {
            err.println("Thoughts: "
                    + Arrays.stream(ThoughtOutcome.values())
                            .filter(outcome -> text.trace().count(outcome) > 0)
                            .map(outcome -> text.trace().count(outcome) + " " + reason(outcome))
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        err.flush();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static String reason(ThoughtOutcome outcome) {
        return switch (outcome) {
            case TAKEN -> "taken";
            case NO_THINK_END -> "without an end";
            case NO_THOUGHT -> "with nothing before the box";
            case NO_BOX -> "without a box";
            case UNBALANCED -> "with a box that has no end";
            case TRUNCATED -> "too long";
            case EMPTY -> "with an empty box";
            case NOT_TOKENS -> "with a box that is no text";
        };
    }
}
