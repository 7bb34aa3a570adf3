package org.rpt4j.backend.onnx.export;

import java.nio.FloatBuffer;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.WeightSpec;

/** Reads weights of a checkpoint onto the heap, one at a time. Stateless. */
final class CheckpointFloats {

    private CheckpointFloats() {}

    static float[] read(Checkpoint checkpoint, WeightSpec spec) {
        float[] values = allocate(checkpoint, spec);
        checkpoint.read(spec, FloatBuffer.wrap(values));
        return values;
    }

    private static float[] allocate(Checkpoint checkpoint, WeightSpec spec) {
        try {
            return new float[Math.toIntExact(spec.size())];
        } catch (OutOfMemoryError e) {
            throw new BackendMemoryException(
                    "the Java heap has no room for \"" + spec.name() + "\" of " + checkpoint.directory() + ", "
                            + spec.size() * Float.BYTES / (1 << 20) + " MiB: " + e.getMessage()
                            + ". Increase it with -Xmx.",
                    e);
        }
    }
}
