package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.reward.AnswerExtractor;
import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.core.reward.ClosedBoxStop;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * A rollout of arbitrary bytes, in which 0xFF ends the thought. The stop condition and the extractor read it with
 * different code and must agree.
 */
class AnswerExtractorFuzz {

    private static final Tokenizer TOKENIZER = ByteTokenizer.open();
    private static final AnswerExtractor BALANCED = new AnswerExtractor(TOKENIZER);
    private static final AnswerExtractor GREEDY = new AnswerExtractor(TOKENIZER, BoxRule.GREEDY_LAST_BRACE);
    private static final StopCondition STOP = new ClosedBoxStop(TOKENIZER);

    @FuzzTest
    void read(byte[] input) {
        int[] tokens = tokens(input);
        Rollout rollout = new Rollout(0, tokens, new double[tokens.length], FinishReason.STOP_CONDITION, 0);
        Prediction balanced = BALANCED.extract(rollout);
        Prediction last = GREEDY.extract(rollout);
        if (balanced instanceof Prediction.Boxed && !(last instanceof Prediction.Boxed)) {
            throw new AssertionError("balanced braces " + balanced + ", but no last brace: " + last);
        }
        StopCondition.Scanner scanner = STOP.newScanner();
        boolean stopped = false;
        for (int token : tokens) {
            stopped = scanner.endsWith(token);
        }
        if (stopped && !(balanced instanceof Prediction.Boxed)) {
            throw new AssertionError("the rollout was stopped at a box, but has no prediction: " + balanced);
        }
    }

    private static int[] tokens(byte[] input) {
        int[] tokens = new int[input.length];
        for (int i = 0; i < tokens.length; i++) {
            int value = Byte.toUnsignedInt(input[i]);
            tokens[i] = value == 0xFF ? ByteTokenizer.THINK_END : value;
        }
        return tokens;
    }
}
