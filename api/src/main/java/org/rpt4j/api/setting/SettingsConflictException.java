package org.rpt4j.api.setting;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Options cannot be built because some of their values conflict. Lists all conflicts at once.
 *
 * @since 0.1.0
 */
public final class SettingsConflictException extends IllegalArgumentException {

    private final transient List<Conflict> conflicts;

    /**
     * Creates an exception with the conflicts of one options type.
     *
     * @param conflicts at least one
     */
    public SettingsConflictException(List<Conflict> conflicts) {
        super(conflicts.stream().map(Conflict::toString).collect(Collectors.joining("\n")));
        this.conflicts = List.copyOf(conflicts);
    }

    /** All conflicts. */
    public List<Conflict> conflicts() {
        return conflicts;
    }
}
