package org.rpt4j.api.setting;

import java.util.ArrayList;
import java.util.List;

/** Collects what does not go together, so that {@code build()} tells all of it at once. Not thread-safe. */
public final class Conflicts {

    private final List<Conflict> found = new ArrayList<>();

    /** Begins with none. */
    public Conflicts() {
        // explicit, since a default constructor would have no documentation
    }

    /**
     * Notes a conflict if there is one.
     *
     * @param reason why the values do not go together, and what to do: whole sentences
     * @param values the settings that have a part in it
     */
    public Conflicts when(boolean holds, String reason, Assigned... values) {
        if (holds) {
            found.add(new Conflict(List.of(values), reason));
        }
        return this;
    }

    /**
     * Ends the collection.
     *
     * @throws SettingsConflictException if there is a conflict
     */
    public void refuse() {
        if (!found.isEmpty()) {
            throw new SettingsConflictException(found);
        }
    }
}
