package org.rpt4j.model.format;

import java.util.List;

/**
 * One entry of a safetensors header, already checked: the bytes {@code begin .. end} are exactly the elements of the
 * shape.
 *
 * @param name unique name
 * @param dtype the format's name of the element type; may be one that rpt4j lists but does not read, such as {@code
 *     I64}
 * @param shape dimensions; empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last one, counted from the end of the header
 */
public record TensorInfo(String name, String dtype, List<Long> shape, long begin, long end) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long size() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
