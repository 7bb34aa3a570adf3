package org.rpt4j.core.phase;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One JFR event type per phase, so that each can be enabled and given a threshold separately. */
final class PhaseEvents {

    private PhaseEvents() {}

    static PhaseEvent of(Phase phase) {
        return switch (phase) {
            case SCORING -> new Scoring();
            case ROLLOUT -> new Rollout();
            case REWARD -> new Reward();
            case UPDATE -> new Update();
            case CHECKPOINT -> new Checkpoint();
        };
    }

    /** The fields that all phases record besides time and thread. */
    @Category("rpt4j")
    @StackTrace(false)
    abstract static class PhaseEvent extends Event {

        @Label("Step")
        long step;

        @Label("Items")
        long items;

        @Label("Tokens")
        long tokens;
    }

    @Name("rpt4j.Scoring")
    @Label("Scoring")
    static final class Scoring extends PhaseEvent {}

    @Name("rpt4j.Rollout")
    @Label("Rollout")
    static final class Rollout extends PhaseEvent {}

    @Name("rpt4j.Reward")
    @Label("Reward")
    static final class Reward extends PhaseEvent {}

    @Name("rpt4j.Update")
    @Label("Update")
    static final class Update extends PhaseEvent {}

    @Name("rpt4j.Checkpoint")
    @Label("Checkpoint")
    static final class Checkpoint extends PhaseEvent {}
}
