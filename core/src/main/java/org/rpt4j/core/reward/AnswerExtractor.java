package org.rpt4j.core.reward;

import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Rollout;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Finds the prediction of a rollout: the content of the last {@code \boxed{...}} after the last end of the thought
 * (section 3.2 of the paper). The content is raw: the bytes of the sampled tokens, neither trimmed nor unescaped. A
 * backslash does not escape a brace, so that a prediction may end with a backslash; in text with formulas that is much
 * more common than a lone brace.
 *
 * <p>The thought ends at the token {@code </think>}, by id, if the tokenizer has it. Otherwise it ends at the bytes
 * {@code </think>}. A box inside the thought does not count, and whatever follows the box is ignored. If the prompt
 * ends behind the thought already, the rollout begins with the answer.
 *
 * <p>Without a prediction the reason is {@link MissingReason#NO_THINK_END}, {@link MissingReason#NO_BOX} or
 * {@link MissingReason#UNBALANCED}, and {@link MissingReason#TRUNCATED} instead of each if the rollout was cut off.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class AnswerExtractor {

    private final Tokenizer tokenizer;
    private final OptionalInt thinkEnd;
    private final BoxRule rule;
    private final boolean thoughtEnded;

    /** Creates an extractor with {@link BoxRule#BALANCED}. */
    public AnswerExtractor(Tokenizer tokenizer) {
        this(tokenizer, BoxRule.BALANCED);
    }

    /** Creates an extractor with the given rule. */
    public AnswerExtractor(Tokenizer tokenizer, BoxRule rule) {
        this(tokenizer, rule, false);
    }

    /**
     * Creates an extractor with the given rule.
     *
     * @param thoughtEnded whether every prompt ends behind the thought, so that a rollout needs no {@code </think>}
     */
    public AnswerExtractor(Tokenizer tokenizer, BoxRule rule, boolean thoughtEnded) {
        this.tokenizer = tokenizer;
        this.thinkEnd = tokenizer.thinkEnd();
        this.rule = rule;
        this.thoughtEnded = thoughtEnded;
    }

    /** Finds the prediction, or the reason why there is none. */
    public Prediction extract(Rollout rollout) {
        byte[] answer = afterThought(rollout.tokens());
        if (answer == null) {
            return missing(rollout, MissingReason.NO_THINK_END);
        }
        int start = BytePattern.BOX.endOfLast(answer, 0);
        if (start < 0) {
            return missing(rollout, MissingReason.NO_BOX);
        }
        int end = rule == BoxRule.BALANCED ? matchingBrace(answer, start) : lastBrace(answer, start);
        if (end < 0) {
            return missing(rollout, MissingReason.UNBALANCED);
        }
        return new Prediction.Boxed(Arrays.copyOfRange(answer, start, end));
    }

    private byte @Nullable [] afterThought(int[] tokens) {
        if (thinkEnd.isEmpty()) {
            byte[] all = AnswerBytes.of(tokenizer, tokens, 0);
            int start = BytePattern.THINK_END.endOfLast(all, 0);
            return start < 0 ? withoutEnd(all) : Arrays.copyOfRange(all, start, all.length);
        }
        for (int i = tokens.length - 1; i >= 0; i--) {
            if (tokens[i] == thinkEnd.getAsInt()) {
                return AnswerBytes.of(tokenizer, tokens, i + 1);
            }
        }
        return withoutEnd(AnswerBytes.of(tokenizer, tokens, 0));
    }

    private byte @Nullable [] withoutEnd(byte[] all) {
        return thoughtEnded ? all : null;
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
