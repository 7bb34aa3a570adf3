package org.rpt4j.spark;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.core.reward.ClosedBoxStop;
import org.rpt4j.core.reward.ThoughtEnd;

/** Finds the recipe of a stop condition, on the driver. Thread-safe. */
final class StopConditions {

    private final boolean cutOnDriver;
    private @Nullable TokenCodec hashed;
    private String vocabulary = "";

    /** @param cutOnDriver whether the driver may apply conditions that have no recipe */
    StopConditions(boolean cutOnDriver) {
        this.cutOnDriver = cutOnDriver;
    }

    /**
     * The recipe of a condition; empty if it has none and the driver applies it to what the executors sampled without
     * it.
     *
     * @throws UnsupportedCapabilityException if it has none, and the driver may not
     */
    Optional<StopRecipe> recipe(StopCondition condition) {
        if (condition == StopCondition.NEVER) {
            return Optional.of(new StopRecipe.Never());
        }
        if (condition instanceof ClosedBoxStop box) {
            return Optional.of(new StopRecipe.ClosedBox(box.thought(), vocabulary(box.tokenizer())));
        }
        if (condition instanceof ThoughtEnd end) {
            return Optional.of(new StopRecipe.EndOfThought(end.marker(), vocabulary(end.tokenizer())));
        }
        if (!cutOnDriver) {
            throw new UnsupportedCapabilityException("the stop condition "
                    + condition.getClass().getName() + " is code that does not travel to executors. Use "
                    + ClosedBoxStop.class.getSimpleName() + ", " + ThoughtEnd.class.getSimpleName()
                    + " or stop tokens; or set cut-on-driver in ClusterOptions: executors then sample every rollout to"
                    + " its stop token or limit, and the driver cuts it, with the same result for more work.");
        }
        return Optional.empty();
    }

    /** A run asks with the same tokenizer at every step, and hashing takes a while. */
    private synchronized String vocabulary(TokenCodec tokenizer) {
        if (hashed != tokenizer) {
            vocabulary = HashedTokenizer.vocabulary(tokenizer);
            hashed = tokenizer;
        }
        return vocabulary;
    }
}
