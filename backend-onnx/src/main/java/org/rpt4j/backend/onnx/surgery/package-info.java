/**
 * For maintainers of this backend: turns the graph of any causal language model into one that scores or decodes. Works
 * on protocol buffers alone; sessions are made elsewhere.
 */
@NullMarked
package org.rpt4j.backend.onnx.surgery;

import org.jspecify.annotations.NullMarked;
