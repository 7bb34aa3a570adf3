package org.rpt4j.spark;

import java.util.function.Supplier;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.reward.ClosedBoxStop;
import org.rpt4j.core.reward.ThoughtEnd;
import org.rpt4j.core.tokenize.ThoughtMarkers;

/**
 * How an executor makes a stop condition, which is code and does not travel: its kind and its texts. The tokenizer is
 * the one beside the model, and must have the vocabulary of the driver's.
 */
sealed interface StopRecipe {

    /** The condition, on an executor. */
    StopCondition condition(Supplier<HashedTokenizer> tokenizer);

    void write(WireWriter to);

    /** Rollouts end at a stop token or at the limit. */
    record Never() implements StopRecipe {

        @Override
        public StopCondition condition(Supplier<HashedTokenizer> tokenizer) {
            return StopCondition.NEVER;
        }

        @Override
        public void write(WireWriter to) {
            to.text("never");
        }
    }

    /**
     * {@link ClosedBoxStop}.
     *
     * @param thought what has to stand before the box
     * @param vocabulary hash of the driver's
     */
    record ClosedBox(ThoughtFormat thought, String vocabulary) implements StopRecipe {

        @Override
        public StopCondition condition(Supplier<HashedTokenizer> tokenizer) {
            return new ClosedBoxStop(tokenizer.get().require(vocabulary), thought);
        }

        @Override
        public void write(WireWriter to) {
            to.text("closed-box")
                    .name(thought.rule())
                    .text(thought.markers().start())
                    .text(thought.markers().end())
                    .text(vocabulary);
        }
    }

    /**
     * {@link ThoughtEnd}.
     *
     * @param marker what ends a thought
     * @param vocabulary hash of the driver's
     */
    record EndOfThought(String marker, String vocabulary) implements StopRecipe {

        @Override
        public StopCondition condition(Supplier<HashedTokenizer> tokenizer) {
            return new ThoughtEnd(tokenizer.get().require(vocabulary), marker);
        }

        @Override
        public void write(WireWriter to) {
            to.text("thought-end").text(marker).text(vocabulary);
        }
    }

    static StopRecipe read(WireReader from) {
        String kind = from.text();
        return switch (kind) {
            case "never" -> new Never();
            case "closed-box" ->
                new ClosedBox(
                        new ThoughtFormat(from.name(ThoughtRule.class), new ThoughtMarkers(from.text(), from.text())),
                        from.text());
            case "thought-end" -> new EndOfThought(from.text(), from.text());
            default -> throw new IllegalArgumentException("no stop condition is named \"" + kind + "\"");
        };
    }
}
