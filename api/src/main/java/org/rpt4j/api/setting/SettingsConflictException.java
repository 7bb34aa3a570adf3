package org.rpt4j.api.setting;

import java.util.List;
import java.util.stream.Collectors;

/** Options cannot be built: some of their values do not go together. Carries every such conflict at once. */
public final class SettingsConflictException extends IllegalArgumentException {

    private final transient List<Conflict> conflicts;

    /**
     * Conflicts of one options type.
     *
     * @param conflicts at least one
     */
    public SettingsConflictException(List<Conflict> conflicts) {
        super(conflicts.stream().map(Conflict::toString).collect(Collectors.joining("\n")));
        this.conflicts = List.copyOf(conflicts);
    }

    /** What does not go together. */
    public List<Conflict> conflicts() {
        return conflicts;
    }
}
