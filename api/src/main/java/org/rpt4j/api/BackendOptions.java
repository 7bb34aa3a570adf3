package org.rpt4j.api;

/**
 * How a backend shall run.
 *
 * @param device where to compute
 * @param precision arithmetic of forward and backward passes
 * @param threads CPU threads of the engine; 0 leaves the choice to the engine. An engine may keep one setting for the
 *     whole process, in which case a second, different request is refused.
 * @param recomputeActivations trade time for memory in training: keep the input of each layer only and recompute the
 *     rest in the backward pass
 * @param maxSequences most sequences decoded at the same time, a bound on KV-cache memory
 */
public record BackendOptions(
        Device device, Precision precision, int threads, boolean recomputeActivations, int maxSequences) {

    /** CPU, single precision, the engine's own thread count, 256 sequences. */
    public static final BackendOptions DEFAULTS = new BackendOptions(Device.CPU, Precision.FP32, 0, false, 256);

    public BackendOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("threads is " + threads + ", must be 0 (engine's choice) or positive");
        }
        if (maxSequences < 1) {
            throw new IllegalArgumentException("maxSequences is " + maxSequences + ", must be positive");
        }
    }

    public BackendOptions withDevice(Device newDevice) {
        return new BackendOptions(newDevice, precision, threads, recomputeActivations, maxSequences);
    }

    public BackendOptions withPrecision(Precision newPrecision) {
        return new BackendOptions(device, newPrecision, threads, recomputeActivations, maxSequences);
    }

    public BackendOptions withThreads(int newThreads) {
        return new BackendOptions(device, precision, newThreads, recomputeActivations, maxSequences);
    }

    public BackendOptions withRecomputeActivations(boolean recompute) {
        return new BackendOptions(device, precision, threads, recompute, maxSequences);
    }

    public BackendOptions withMaxSequences(int newMaxSequences) {
        return new BackendOptions(device, precision, threads, recomputeActivations, newMaxSequences);
    }
}
