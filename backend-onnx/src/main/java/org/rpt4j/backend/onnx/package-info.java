/**
 * For maintainers of the ONNX backend; nothing here is called directly. Applications open it by its name, {@code onnx},
 * through {@link org.rpt4j.spi.Backends}.
 */
@NullMarked
package org.rpt4j.backend.onnx;

import org.jspecify.annotations.NullMarked;
