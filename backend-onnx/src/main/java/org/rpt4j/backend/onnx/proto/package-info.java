/**
 * For maintainers of this backend: the protocol buffers of ONNX, with the few helpers needed to write and modify a
 * graph. Knows neither models nor sessions.
 */
@NullMarked
package org.rpt4j.backend.onnx.proto;

import org.jspecify.annotations.NullMarked;
