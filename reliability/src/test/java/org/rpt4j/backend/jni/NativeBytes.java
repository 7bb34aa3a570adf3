package org.rpt4j.backend.jni;

import org.rpt4j.api.Backend;

/** Opens a counter of the native backend to other packages. */
public final class NativeBytes {

    private NativeBytes() {}

    /** Bytes that the engine of an open native backend holds. */
    public static long of(Backend backend) {
        return ((NativeBackend) backend).usedBytes();
    }
}
