package org.rpt4j.backend.jni;

/** Exposes a counter of the native backend to other packages. */
public final class NativeOperations {

    private NativeOperations() {}

    /**
     * Returns the additions and multiplications in matrix products that an open policy or scorer has performed so far.
     */
    public static long of(AutoCloseable role) {
        ModelHandle model = role instanceof NativePolicy policy ? policy.model() : ((NativeProxyScorer) role).model();
        return model.use("operations", model::operations);
    }
}
