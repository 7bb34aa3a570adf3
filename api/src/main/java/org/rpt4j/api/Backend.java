package org.rpt4j.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * An open backend, which opens models in the roles that it supports. Thread-safe. {@link #close()} is idempotent and
 * closes every model opened through it.
 *
 * <p>Each {@code open} method throws {@link org.rpt4j.api.error.ModelFormatException} for a checkpoint that cannot be
 * read and {@link UnsupportedCapabilityException} for a role that {@link #capabilities()} does not list.
 *
 * @since 0.1.0
 */
public interface Backend extends AutoCloseable {

    /** The name by which the backend is looked up, such as {@code djl}. */
    String name();

    /** What this backend can do. */
    Set<Capability> capabilities();

    /**
     * Names accepted by {@link OptimizerOptions#name()}: at least {@code adamw}, or none if the backend cannot train.
     */
    default Set<String> optimizers() {
        return Set.of();
    }

    /**
     * What the bits of its results depend on besides weights, input, key and options: the engine with its version, and
     * the instruction set that it computes with. Equal texts mean equal bits. One line.
     *
     * @return empty if the backend does not say; then the processor and the Java version may matter, too
     */
    default Optional<String> engine() {
        return Optional.empty();
    }

    /** Opens a model for generation and log-probabilities. */
    default Policy openPolicy(ModelSource model) {
        throw unsupported(Capability.GENERATE);
    }

    /**
     * Opens a model for training: all of its weights, or the adapter of its source alone.
     *
     * @throws UnsupportedCapabilityException if the source names an adapter and the backend cannot {@link
     *     Capability#ADAPT}
     */
    default TrainablePolicy openTrainablePolicy(ModelSource model) {
        throw unsupported(Capability.TRAIN);
    }

    /** Opens a model for scoring a corpus. */
    default ProxyScorer openProxyScorer(ModelSource model) {
        throw unsupported(Capability.SCORE);
    }

    /**
     * What other processes computed for this backend since it was opened, in the order of their names; empty if it
     * computes in this process alone.
     */
    default List<WorkerUse> workers() {
        return List.of();
    }

    /**
     * Measures the floating-point operations per second that large matrix products reach with this backend's threads,
     * device and precision: an upper bound for any workload. Takes about a second.
     *
     * @return empty if the backend does not measure it
     */
    default OptionalDouble measureSpeed() {
        return OptionalDouble.empty();
    }

    /**
     * Estimates the memory that a model needs, without opening it: as a trainable policy with an optimizer if the work
     * includes {@link Capability#TRAIN}, as a scorer if it includes {@link Capability#SCORE}, else as a policy. This is
     * an upper bound: it assumes that every completion has the maximum length.
     *
     * @param model the model; only its {@code config.json} is read
     * @param work the largest call of each kind that the model will serve
     * @return empty if the backend cannot estimate its memory
     * @throws org.rpt4j.api.error.ModelFormatException if the model's configuration cannot be read
     */
    default Optional<MemoryEstimate> estimateMemory(ModelSource model, List<Workload> work) {
        return Optional.empty();
    }

    @Override
    void close();

    private UnsupportedCapabilityException unsupported(Capability asked) {
        return new UnsupportedCapabilityException("Backend \"" + name() + "\" cannot " + asked + " (it can: "
                + capabilities().stream()
                        .sorted()
                        .map(Enum::name)
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("nothing")
                + "). Use another backend for this role.");
    }
}
