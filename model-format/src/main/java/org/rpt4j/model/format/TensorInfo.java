package org.rpt4j.model.format;

import java.util.List;

/**
 * A validated entry of a safetensors header: the bytes {@code begin .. end} hold exactly the elements of the shape.
 *
 * @param name unique name
 * @param dtype name of the element type; may be one that rpt4j lists but cannot read, such as {@code I64}
 * @param shape dimensions; empty for a scalar
 * @param begin first byte, relative to the end of the header
 * @param end byte after the last one, relative to the end of the header
 * @since 0.1.0
 */
public record TensorInfo(String name, String dtype, List<Long> shape, long begin, long end) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Returns the number of elements. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
