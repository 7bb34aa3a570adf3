package org.rpt4j.run.directory;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.rpt4j.core.train.SkipReason;

/**
 * How a step ended. The file {@code metrics.jsonl} holds its {@link #text}.
 *
 * @since 0.1.0
 */
public sealed interface StepEvent {

    /** A step of reinforcement that updated the weights. */
    StepEvent COMPLETED = new Completed();

    /** A step of supervised training. */
    StepEvent SUPERVISED = new Supervised();

    /** See {@link #COMPLETED}. */
    record Completed() implements StepEvent {
        @Override
        @JsonValue
        public String text() {
            return "completed";
        }
    }

    /** See {@link #SUPERVISED}. */
    record Supervised() implements StepEvent {
        @Override
        @JsonValue
        public String text() {
            return "supervised";
        }
    }

    /**
     * A step that made no update.
     *
     * @param reason why
     */
    record Skipped(SkipReason reason) implements StepEvent {

        private static final String PREFIX = "skipped: ";

        @Override
        @JsonValue
        public String text() {
            return PREFIX + reason;
        }
    }

    /** The text in the file: {@code completed}, {@code supervised}, or {@code skipped: } and the reason. */
    String text();

    /**
     * The inverse of {@link #text}.
     *
     * @throws IllegalArgumentException if no step ends so; the message lists every text
     */
    static StepEvent parse(String text) {
        if (text.equals(COMPLETED.text())) {
            return COMPLETED;
        }
        if (text.equals(SUPERVISED.text())) {
            return SUPERVISED;
        }
        return Arrays.stream(SkipReason.values())
                .map(Skipped::new)
                .filter(skipped -> skipped.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No step ends with \"" + text + "\". Known: "
                        + COMPLETED.text() + ", " + SUPERVISED.text() + ", "
                        + Arrays.stream(SkipReason.values())
                                .map(reason -> new Skipped(reason).text())
                                .collect(Collectors.joining(", "))
                        + "."));
    }
}
