/**
 * For applications that want a checkpoint as ONNX: {@link org.rpt4j.backend.onnx.export.OnnxExporter} writes it,
 * {@link org.rpt4j.backend.onnx.export.OnnxQuantizer} makes it smaller. Everything is written from Java; no Python and
 * no other program is needed.
 */
@NullMarked
package org.rpt4j.backend.onnx.export;

import org.jspecify.annotations.NullMarked;
