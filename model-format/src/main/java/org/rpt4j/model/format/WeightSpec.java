package org.rpt4j.model.format;

import java.util.List;

/**
 * Name and shape of one weight.
 *
 * @param name name in the checkpoint
 * @param shape dimensions; a projection is [out, in]
 * @since 0.1.0
 */
public record WeightSpec(String name, List<Integer> shape) {

    /** Returns the number of elements. */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** Returns whether weight decay applies: to matrices, never to norms and biases. */
    public boolean decays() {
        return shape.size() >= 2;
    }
}
