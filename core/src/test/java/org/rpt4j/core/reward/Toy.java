package org.rpt4j.core.reward;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

/** Tokenizers with pieces that span the borders of boxes and thoughts, and rollouts from texts. */
final class Toy {

    /** Pieces beyond the single bytes; their ids begin at 256. */
    static final List<String> PIECES = List.of(
            "\\b", "ox", "ed{", "\\boxed{", "{}", "}}", "}.", "}\\boxed{", "a}", "</", "think>", "x</th", "\\}");

    static final List<String> MARKERS = List.of("<|end|>", "<think>", "</think>");

    /** A prompt that no verifier of predictions reads. */
    static final Prompt PROMPT = new Prompt(1, new int[] {1});

    private Toy() {}

    /** A tokenizer in which {@code </think>} is a token of its own, above the pieces. */
    static Tokenizer withThinkTokens(Path directory) {
        return Tokenizer.open(TinyTokenizers.byteLevel(directory, PIECES, MARKERS));
    }

    /** A tokenizer in which {@code </think>} is text. */
    static Tokenizer withoutThinkTokens(Path directory) {
        return Tokenizer.open(TinyTokenizers.byteLevel(directory, PIECES, List.of("<|end|>")));
    }

    static Rollout rollout(FinishReason finish, int... tokens) {
        return new Rollout(0, tokens, new double[tokens.length], finish, 0);
    }

    /** A finished rollout of a text in which markers are tokens. */
    static Rollout rollout(Tokenizer tokenizer, String text) {
        return rollout(FinishReason.STOP_TOKEN, tokenizer.encodeWithSpecials(text));
    }

    static String contentOf(Prediction prediction) {
        return prediction instanceof Prediction.Boxed boxed
                ? new String(boxed.content(), UTF_8)
                : prediction.toString();
    }

    static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}
