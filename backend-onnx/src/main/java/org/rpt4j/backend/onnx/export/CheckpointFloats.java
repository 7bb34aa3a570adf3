package org.rpt4j.backend.onnx.export;

import java.nio.FloatBuffer;
import org.rpt4j.spi.support.Checkpoint;
import org.rpt4j.spi.support.WeightSpec;

/** Reads one weight of a checkpoint at a time onto the heap. Stateless. */
final class CheckpointFloats {

    private CheckpointFloats() {}

    static float[] read(Checkpoint checkpoint, WeightSpec spec) {
        float[] values = new float[Math.toIntExact(spec.size())];
        checkpoint.read(spec, FloatBuffer.wrap(values));
        return values;
    }
}
