package org.rpt4j.reliability;

/** What the process holds after a step. */
record Observation(long step, long heap, long resident, long engine, long handles, long threads) {

    /**
     * Observes this process; {@code engine} is the engine's count. The heap comes first: its collection closes files.
     */
    static Observation now(long step, long engine) {
        return new Observation(
                step, Quantity.heap(), Quantity.resident(), engine, Quantity.handles(), Quantity.threads());
    }

    long of(Quantity quantity) {
        return switch (quantity) {
            case HEAP -> heap;
            case RESIDENT -> resident;
            case ENGINE -> engine;
            case HANDLES -> handles;
            case THREADS -> threads;
        };
    }
}
