package org.rpt4j.run.resume;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Setting;

/**
 * How a run saves itself. Immutable.
 *
 * @since 0.1.0
 */
public final class CheckpointSettings {

    public static final Setting<Map<String, IdentityValue>> IDENTITY = Setting.<Map<String, IdentityValue>>of(
                    "identity", Map.class)
            .says("What the run is: settings and fingerprints by name.")
            .or(Map.of());

    public static final Setting<Retention> RETENTION = Setting.<Retention>of("retention", Retention.class)
            .says("Which checkpoints are kept.")
            .orNone();

    public static final Setting<Boolean> BACKGROUND = Setting.<Boolean>of("background", Boolean.class)
            .says("Whether a separate thread writes the checkpoints from a copy in memory.")
            .or(true);

    public static final Setting<List<CheckpointPart>> PARTS = Setting.<List<CheckpointPart>>of("parts", List.class)
            .says("What the application adds.")
            .or(List.of());

    public static final Setting<Set<Long>> PINNED = Setting.<Set<Long>>of("pinned", Set.class)
            .says("Steps whose checkpoints are kept in any case.")
            .or(Set.of());

    private final Map<String, IdentityValue> identity;
    private final Retention retention;
    private final boolean background;
    private final List<CheckpointPart> parts;
    private final Set<Long> pinned;

    private CheckpointSettings(Builder builder) {
        this.identity = builder.identity;
        this.retention = builder.retention;
        this.background = builder.background;
        this.parts = builder.parts;
        this.pinned = builder.pinned;
    }

    /**
     * Begins with the defaults.
     *
     * @param retention see {@link CheckpointSettings#retention}
     */
    public static Builder builder(Retention retention) {
        return new Builder(retention);
    }

    /** Begins with these values, for a variation of them. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** What the run is: settings and fingerprints by name, for {@link CheckpointManifest#identity}. */
    public Map<String, IdentityValue> identity() {
        return identity;
    }

    /** Which checkpoints are kept. */
    public Retention retention() {
        return retention;
    }

    /**
     * Whether only the copy is taken on the thread of the run, and a thread of its own writes it. Needs memory for
     * a second set of weights and moments.
     */
    public boolean background() {
        return background;
    }

    /** What the application adds. */
    public List<CheckpointPart> parts() {
        return parts;
    }

    /**
     * Steps whose checkpoints are kept in any case: that which the run was resumed from, whose configuration and
     * tokenizer every later checkpoint copies.
     */
    public Set<Long> pinned() {
        return pinned;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CheckpointSettings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "CheckpointSettings" + values();
    }

    private List<Assigned> values() {
        return List.of(
                IDENTITY.is(identity),
                RETENTION.is(retention),
                BACKGROUND.is(background),
                PARTS.is(parts),
                PINNED.is(pinned));
    }

    /** Each method refuses a value that is out of its range. Not thread-safe. */
    public static final class Builder {

        private Map<String, IdentityValue> identity = IDENTITY.byDefault();
        private Retention retention;
        private boolean background = BACKGROUND.byDefault();
        private List<CheckpointPart> parts = PARTS.byDefault();
        private Set<Long> pinned = PINNED.byDefault();

        private Builder(Retention retention) {
            this.retention = RETENTION.check(retention);
        }

        private Builder(CheckpointSettings values) {
            this.identity = values.identity;
            this.retention = values.retention;
            this.background = values.background;
            this.parts = values.parts;
            this.pinned = values.pinned;
        }

        public Builder identity(Map<String, IdentityValue> identity) {
            this.identity = Map.copyOf(IDENTITY.check(identity));
            return this;
        }

        public Builder retention(Retention retention) {
            this.retention = RETENTION.check(retention);
            return this;
        }

        public Builder background(boolean background) {
            this.background = BACKGROUND.check(background);
            return this;
        }

        public Builder parts(List<CheckpointPart> parts) {
            this.parts = List.copyOf(PARTS.check(parts));
            return this;
        }

        public Builder pinned(Set<Long> pinned) {
            this.pinned = Set.copyOf(PINNED.check(pinned));
            return this;
        }

        /** The settings. */
        public CheckpointSettings build() {
            return new CheckpointSettings(this);
        }
    }
}
