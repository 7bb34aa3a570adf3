package org.rpt4j.core.reward;

import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Rollout;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Finds the prediction of a rollout: the content of the last {@code \boxed{...}} after the last end of the thought
 * (section 3.2 of the paper). The content is raw: the bytes of the sampled tokens, neither trimmed nor unescaped. A
 * backslash does not escape a brace, so that a prediction may end with a backslash; in text with formulas that is much
 * more common than a lone brace.
 *
 * <p>The thought ends at its end marker, such as {@code </think>}: by id if the tokenizer has it as an added token,
 * otherwise by its bytes. A box before the last end marker does not count, and whatever follows the box is ignored.
 * What has to stand before the box if there is no end marker, the {@link ThoughtRule} says.
 *
 * <p>Without a prediction the reason is {@link MissingReason#NO_THINK_END}, {@link MissingReason#NO_THOUGHT}, {@link
 * MissingReason#NO_BOX} or {@link MissingReason#UNBALANCED}, and {@link MissingReason#TRUNCATED} instead of each if the rollout was cut off.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class AnswerExtractor {

    /** What opens a box. */
    public static final String BOX = "\\boxed{";

    private final Tokenizer tokenizer;
    private final ThoughtRule thought;
    private final OptionalInt endToken;
    private final BytePattern endBytes;
    private final BoxRule rule;

    /** Creates an extractor for marked thoughts, with {@link BoxRule#BALANCED}. */
    public AnswerExtractor(Tokenizer tokenizer) {
        this(tokenizer, BoxRule.BALANCED);
    }

    /** Creates an extractor for marked thoughts, with the given rule for the box. */
    public AnswerExtractor(Tokenizer tokenizer, BoxRule rule) {
        this(tokenizer, rule, ThoughtFormat.marked(tokenizer));
    }

    /**
     * Creates an extractor.
     *
     * @param thought how the model writes its thought. If every prompt ends behind a thought, it is {@link
     *     ThoughtRule#NONE}.
     */
    public AnswerExtractor(Tokenizer tokenizer, BoxRule rule, ThoughtFormat thought) {
        this.tokenizer = tokenizer;
        this.thought = thought.rule();
        this.endToken = tokenizer.addedIdOf(thought.markers().end());
        this.endBytes = new BytePattern(thought.markers().end());
        this.rule = rule;
    }

    /** Finds the prediction, or the reason why there is none. */
    public Prediction extract(Rollout rollout) {
        byte[] marked = afterThought(rollout.tokens());
        if (marked == null && thought == ThoughtRule.MARKED) {
            return missing(rollout, MissingReason.NO_THINK_END);
        }
        byte[] answer = marked == null ? AnswerBytes.of(tokenizer, rollout.tokens(), 0) : marked;
        int start = BytePattern.BOX.endOfLast(answer, 0);
        if (start < 0) {
            return missing(rollout, MissingReason.NO_BOX);
        }
        if (marked == null && thought == ThoughtRule.UNMARKED && isBlank(answer, start - BytePattern.BOX.length())) {
            return missing(rollout, MissingReason.NO_THOUGHT);
        }
        int end = rule == BoxRule.BALANCED ? matchingBrace(answer, start) : lastBrace(answer, start);
        if (end < 0) {
            return missing(rollout, MissingReason.UNBALANCED);
        }
        return new Prediction.Boxed(Arrays.copyOfRange(answer, start, end));
    }

    /** What follows the last end marker; null without one. */
    private byte @Nullable [] afterThought(int[] tokens) {
        if (endToken.isEmpty()) {
            byte[] all = AnswerBytes.of(tokenizer, tokens, 0);
            int start = endBytes.endOfLast(all, 0);
            return start < 0 ? null : Arrays.copyOfRange(all, start, all.length);
        }
        for (int i = tokens.length - 1; i >= 0; i--) {
            if (tokens[i] == endToken.getAsInt()) {
                return AnswerBytes.of(tokenizer, tokens, i + 1);
            }
        }
        return null;
    }

    private static boolean isBlank(byte[] text, int length) {
        for (int i = 0; i < length; i++) {
            if (!AnswerBytes.isBlank(text[i])) {
                return false;
            }
        }
        return true;
    }

    private static int matchingBrace(byte[] text, int start) {
        int depth = 1;
        for (int i = start; i < text.length; i++) {
            if (text[i] == '{') {
                depth++;
            } else if (text[i] == '}' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private static int lastBrace(byte[] text, int start) {
        for (int i = text.length - 1; i >= start; i--) {
            if (text[i] == '}') {
                return i;
            }
        }
        return -1;
    }

    private static Prediction missing(Rollout rollout, MissingReason reason) {
        return new Prediction.Missing(rollout.truncated() ? MissingReason.TRUNCATED : reason);
    }
}
