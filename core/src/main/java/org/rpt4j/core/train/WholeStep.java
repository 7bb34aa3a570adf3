package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.rollout.FailedBatch;

/** Combines the micro-batches of a step into one failed batch, for failures after all of them. */
final class WholeStep {

    private WholeStep() {}

    static FailedBatch failed(List<? extends MicroBatchLoss> parts, String reason, String detail) {
        TokenBatch.Builder tokens =
                TokenBatch.builder(parts.isEmpty() ? 1 : parts.get(0).tokens().temperature());
        List<Long> groups = new ArrayList<>();
        Map<String, double[]> values = new HashMap<>();
        for (MicroBatchLoss part : parts) {
            add(part.tokens(), tokens);
            groups.addAll(part.groups());
            part.known().forEach((name, known) -> values.merge(name, known.values(), WholeStep::joined));
        }
        TokenBatch whole = tokens.build();
        Map<String, TokenValues> shaped = new HashMap<>();
        values.forEach((name, all) -> shaped.put(name, TokenValues.of(whole, all)));
        return new FailedBatch(Phase.UPDATE, reason, detail, groups, whole, shaped);
    }

    private static void add(TokenBatch part, TokenBatch.Builder whole) {
        for (int g = 0; g < part.promptCount(); g++) {
            List<int[]> completions = new ArrayList<>();
            for (int c = part.groupOffsets()[g]; c < part.groupOffsets()[g + 1]; c++) {
                completions.add(slice(part.completionTokens(), part.completionOffsets(), c));
            }
            whole.add(slice(part.promptTokens(), part.promptOffsets(), g), completions);
        }
    }

    private static int[] slice(int[] tokens, int[] offsets, int i) {
        return Arrays.copyOfRange(tokens, offsets[i], offsets[i + 1]);
    }

    private static double[] joined(double[] one, double[] other) {
        return DoubleStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
    }
}
