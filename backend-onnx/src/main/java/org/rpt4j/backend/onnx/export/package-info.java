/**
 * For applications that need a checkpoint as ONNX: {@link org.rpt4j.backend.onnx.export.OnnxExporter} writes it, {@link
 * org.rpt4j.backend.onnx.export.OnnxQuantizer} makes it smaller. Everything is written from Java; no Python or other
 * program is needed.
 */
@NullMarked
package org.rpt4j.backend.onnx.export;

import org.jspecify.annotations.NullMarked;
