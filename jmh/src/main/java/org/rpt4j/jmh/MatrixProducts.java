package org.rpt4j.jmh;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.rpt4j.model.format.ModelConfig;

/**
 * The matrix products of a decoder and nothing else, computed by ONNX Runtime: each once per layer with weights of its
 * own shape, and the head in chunks of {@link #HEAD_ROWS} rows. Only their speed matters.
 */
final class MatrixProducts implements AutoCloseable {

    private static final int HEAD_ROWS = 64;

    /** One product, [rows, in] by [in, out]. */
    private record Product(OrtSession session, OnnxTensor input, int times) {}

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final SessionOptions options = new SessionOptions();
    private final List<Product> products = new ArrayList<>();

    MatrixProducts(ModelConfig config, int tokens, int threads) throws OrtException {
        if (threads > 0) {
            options.setIntraOpNumThreads(threads);
        }
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        int hidden = config.hiddenSize();
        int layers = config.layers();
        add(tokens, hidden, config.heads() * config.headSize(), layers);
        add(tokens, hidden, config.keyValueHeads() * config.headSize(), 2 * layers);
        add(tokens, config.heads() * config.headSize(), hidden, layers);
        add(tokens, hidden, config.intermediateSize(), 2 * layers);
        add(tokens, config.intermediateSize(), hidden, layers);
        add(HEAD_ROWS, hidden, config.vocabularySize(), tokens / HEAD_ROWS);
    }

    private void add(int rows, int in, int out, int times) throws OrtException {
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.allocate(rows * in), new long[] {rows, in});
        products.add(new Product(environment.createSession(model(rows, in, out), options), input, times));
    }

    private static byte[] model(int rows, int in, int out) {
        ByteBuffer weights = ByteBuffer.allocate(Float.BYTES * in * out).order(ByteOrder.LITTLE_ENDIAN);
        while (weights.hasRemaining()) {
            weights.putFloat(0.5f);
        }
        GraphProto graph = GraphProto.newBuilder()
                .setName("product")
                .addInput(value("x", rows, in))
                .addOutput(value("last", rows, 1))
                .addInitializer(TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(DataType.FLOAT_VALUE)
                        .addDims(in)
                        .addDims(out)
                        .setRawData(ByteString.copyFrom(weights.flip())))
                .addInitializer(TensorProto.newBuilder()
                        .setName("column")
                        .setDataType(DataType.INT64_VALUE)
                        .addDims(1)
                        .addInt64Data(out - 1))
                .addNode(NodeProto.newBuilder()
                        .setOpType("MatMul")
                        .addInput("x")
                        .addInput("w")
                        .addOutput("y"))
                .addNode(NodeProto.newBuilder()
                        .setOpType("Gather")
                        .addInput("y")
                        .addInput("column")
                        .addOutput("last")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("axis")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(1)))
                .build();
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto value(String name, int rows, int columns) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(rows))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    /** Computes every product as often as the model does. */
    int run() throws OrtException {
        int count = 0;
        for (Product product : products) {
            for (int i = 0; i < product.times(); i++) {
                try (OrtSession.Result result = product.session().run(Collections.singletonMap("x", product.input()))) {
                    count += result.size();
                }
            }
        }
        return count;
    }

    @Override
    public void close() throws OrtException {
        for (Product product : products) {
            product.input().close();
            product.session().close();
        }
        options.close();
    }
}
