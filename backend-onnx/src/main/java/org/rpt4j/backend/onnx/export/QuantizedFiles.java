package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.backend.onnx.proto.ExternalData;
import org.rpt4j.backend.onnx.proto.ModelFile;

/** Writes a model whose matrices become bytes, one tensor at a time. Stateless. */
final class QuantizedFiles {

    /** Tensors below this many bytes stay inside the graph. */
    private static final int INLINE_BYTES = 1024;

    private QuantizedFiles() {}

    static void write(
            ModelFile source, ModelProto model, Map<String, Int8Matrix> matrices, Path target, Path directory) {
        Path data = ModelFiles.dataFile(target);
        List<TensorProto> tensors = new ArrayList<>();
        ModelFiles.write(
                target,
                directory,
                out -> {
                    try (StoredTensors stored = new StoredTensors(source)) {
                        new Writer(stored, out, data.getFileName().toString(), tensors)
                                .write(model.getGraph(), matrices);
                    }
                },
                () -> {
                    GraphProto.Builder graph =
                            model.getGraph().toBuilder().clearInitializer().addAllInitializer(tensors);
                    return model.toBuilder().setGraph(graph).build();
                });
    }

    /** A data file during writing. */
    private static final class Writer {

        private final StoredTensors stored;
        private final OutputStream out;
        private final String location;
        private final List<TensorProto> written;
        private long offset;

        Writer(StoredTensors stored, OutputStream out, String location, List<TensorProto> written) {
            this.stored = stored;
            this.out = out;
            this.location = location;
            this.written = written;
        }

        void write(GraphProto graph, Map<String, Int8Matrix> matrices) throws IOException {
            Set<String> read = new HashSet<>();
            for (NodeProto node : graph.getNodeList()) {
                read.addAll(node.getInputList());
            }
            for (TensorProto tensor : graph.getInitializerList()) {
                String name = tensor.getName();
                // An embedding that is also the head is still read in its original form.
                if (!matrices.containsKey(name) || read.contains(name)) {
                    copy(tensor);
                }
            }
            for (Map.Entry<String, Int8Matrix> entry : matrices.entrySet()) {
                Int8Matrix matrix = entry.getValue();
                place(
                        OnnxQuantizer.bytesOf(entry.getKey()),
                        DataType.INT8,
                        List.of((long) matrix.rows(), (long) matrix.columns()),
                        matrix.bytes());
                float[] scales = matrix.write(stored, out);
                place(
                        OnnxQuantizer.scalesOf(entry.getKey()),
                        DataType.FLOAT,
                        List.of((long) scales.length),
                        (long) Float.BYTES * scales.length);
                new FloatOutput(out).write(scales);
            }
        }

        private void copy(TensorProto tensor) throws IOException {
            if (!ExternalData.isExternal(tensor) && tensor.getRawData().size() < INLINE_BYTES) {
                written.add(tensor);
                return;
            }
            DataType type = DataType.forNumber(tensor.getDataType());
            place(tensor.getName(), type, tensor.getDimsList(), StoredTensors.length(tensor));
            stored.copy(tensor, out);
        }

        /** Starts a tensor at the next aligned offset; its bytes must follow. */
        private void place(String name, DataType type, List<Long> shape, long bytes) throws IOException {
            long start = ExternalData.aligned(offset);
            out.write(new byte[Math.toIntExact(start - offset)]);
            offset = start + bytes;
            written.add(ExternalData.tensor(name, type, shape, location, start, bytes));
        }
    }
}
