/**
 * For maintainers of this backend: turns the graph of any causal language model into one that scores or decodes. Works
 * only on protocol buffers; other packages open sessions.
 */
@NullMarked
package org.rpt4j.backend.onnx.surgery;

import org.jspecify.annotations.NullMarked;
