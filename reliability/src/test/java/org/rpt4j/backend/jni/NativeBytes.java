package org.rpt4j.backend.jni;

import org.rpt4j.api.Backend;

/** Exposes a counter of the native backend to other packages. */
public final class NativeBytes {

    private NativeBytes() {}

    /** Returns the bytes held by the engine of an open native backend. */
    public static long of(Backend backend) {
        return ((NativeBackend) backend).usedBytes();
    }
}
