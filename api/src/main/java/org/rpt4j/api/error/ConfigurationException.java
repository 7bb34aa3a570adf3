package org.rpt4j.api.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration is invalid: a file is malformed, a key is unknown, a value is out of range, or values contradict each
 * other. Lists all problems at once, each with its source and what to do.
 *
 * @since 0.1.0
 */
public final class ConfigurationException extends RptException {

    private final String[] problems;

    public ConfigurationException(List<String> problems) {
        this(problems, null);
    }

    /**
     * Creates an exception with all problems.
     *
     * @param problems at least one
     */
    public ConfigurationException(List<String> problems, @Nullable Throwable cause) {
        super(describe(problems), cause);
        this.problems = problems.stream().map(Printable::of).toArray(String[]::new);
    }

    /** All problems, in the order of the message. */
    public List<String> problems() {
        return List.of(problems);
    }

    private static String describe(List<String> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("a configuration error needs a problem");
        }
        return problems.size() == 1
                ? problems.get(0)
                : "The configuration has " + problems.size() + " errors:\n- " + String.join("\n- ", problems);
    }
}
