package org.rpt4j.api.setting;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects conflicts between settings, so that {@code build()} reports all of them at once. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class Conflicts {

    private final List<Conflict> found = new ArrayList<>();

    /** Starts without conflicts. */
    public Conflicts() {
        // explicit, since a default constructor would have no documentation
    }

    /**
     * Adds a conflict if the condition holds.
     *
     * @param reason why the values conflict and what to do, in whole sentences
     * @param values the conflicting settings with their values
     */
    public Conflicts when(boolean holds, String reason, Assigned... values) {
        if (holds) {
            found.add(new Conflict(List.of(values), reason));
        }
        return this;
    }

    /**
     * Throws if there is any conflict.
     *
     * @throws SettingsConflictException if there is a conflict
     */
    public void refuse() {
        if (!found.isEmpty()) {
            throw new SettingsConflictException(found);
        }
    }
}
