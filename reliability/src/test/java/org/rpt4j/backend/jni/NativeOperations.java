package org.rpt4j.backend.jni;

/** Opens a counter of the native backend to other packages. */
public final class NativeOperations {

    private NativeOperations() {}

    /** Additions and multiplications of matrix products that an open policy or scorer has cost so far. */
    public static long of(AutoCloseable role) {
        ModelHandle model = role instanceof NativePolicy policy ? policy.model() : ((NativeProxyScorer) role).model();
        return model.use("operations", model::operations);
    }
}
