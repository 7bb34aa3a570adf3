package org.rpt4j.core.phase;

/** A span that writes a JFR event; loaded only if JFR is available. */
final class JfrSpan implements PhaseSpan {

    private final PhaseEvents.PhaseEvent event;

    private JfrSpan(PhaseEvents.PhaseEvent event) {
        this.event = event;
    }

    static JfrSpan begin(Phase phase, long step) {
        PhaseEvents.PhaseEvent event = PhaseEvents.of(phase);
        event.step = step;
        event.begin();
        return new JfrSpan(event);
    }

    @Override
    public void count(long items, long tokens) {
        event.items = items;
        event.tokens = tokens;
    }

    @Override
    public void close() {
        event.commit();
    }
}
