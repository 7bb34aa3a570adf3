package org.rpt4j.backend.onnx.surgery;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.AbsentTokens;

/**
 * Extends a language model so that only scores leave the device. The selected rows of the hidden states are gathered
 * before the head; a {@code Scan} applies the head to one chunk of rows at a time and reduces the logits of each row to
 * four numbers and its candidates, so that only one chunk of logits is in memory. If the head is not recognised, the logits are gathered
 * instead. Stateless.
 *
 * <p>Inputs: {@link #IDS} and {@link #MASK} [batch, sequence], {@link #ROWS} and {@link #TARGETS} [chunks, rows],
 * {@link #TOP_K}, {@link #CANDIDATES} and {@link #LARGEST} [1], all int64. Outputs, each [chunks, rows]: {@link #ENTROPY},
 * {@link #RENORMALISED_ENTROPY} and {@link #TRUE_LOG_PROB} in nats, {@link #ARGMAX}; each [chunks, rows, candidates]:
 * {@link #TOP_IDS}, {@link #TOP_LOG_PROBS}.
 */
public final class ScoringGraph {

    /** Token ids, [batch, sequence]. */
    public static final String IDS = Inputs.IDS;

    /** 1 for a token, 0 for padding on the right, [batch, sequence]. */
    public static final String MASK = Inputs.MASK;

    /** Selects which of the batch * sequence positions are scored, [chunks, rows]. */
    public static final String ROWS = "rpt4j/rows";

    /** The token that follows each of them, [chunks, rows]. */
    public static final String TARGETS = "rpt4j/targets";

    /** Number of largest logits to use for the entropy, [1]; at most V. */
    public static final String TOP_K = "rpt4j/top_k";

    /** Number of most probable tokens to return, [1]; at most V, possibly 0. */
    public static final String CANDIDATES = "rpt4j/candidates";

    /** The larger one of the two, [1]: both come from one search. */
    public static final String LARGEST = "rpt4j/largest";

    /** -sum p ln p over the largest k, p of the full softmax. */
    public static final String ENTROPY = "rpt4j/entropy";

    /** -sum p ln p over the largest k, p renormalised over them. */
    public static final String RENORMALISED_ENTROPY = "rpt4j/renormalised_entropy";

    /** The lowest id among the largest logits. */
    public static final String ARGMAX = "rpt4j/argmax";

    /** ln p of the target under the full softmax. */
    public static final String TRUE_LOG_PROB = "rpt4j/true_log_prob";

    /** The most probable ids, best first, of equal ones the lower. */
    public static final String TOP_IDS = "rpt4j/top_ids";

    /** ln p of each of them under the full softmax. */
    public static final String TOP_LOG_PROBS = "rpt4j/top_log_probs";

    /** Replaces the logarithm of 0, because 0 * ln 0 would be NaN. */
    private static final float LOG_OF_ZERO = -1e30f;

    private ScoringGraph() {}

    /**
     * Returns the scoring form of a model.
     *
     * @param where the model, for messages
     * @param absentTokens ids with probability 0
     */
    public static ModelProto write(String where, LanguageModelGraph model, AbsentTokens absentTokens) {
        GraphProto source = model.model().getGraph();
        GraphProto.Builder result = GraphProto.newBuilder().setName("scoring");
        result.addAllInitializer(source.getInitializerList());
        result.addAllSparseInitializer(source.getSparseInitializerList());
        result.addAllQuantizationAnnotation(source.getQuantizationAnnotationList());
        GraphBuilder graph = new GraphBuilder(result, "rpt4j/");
        new Inputs(where, model, graph).connect();
        result.addAllNode(source.getNodeList());
        graph.input(ROWS, DataType.INT64_VALUE, "chunks", "rows");
        graph.input(TARGETS, DataType.INT64_VALUE, "chunks", "rows");
        graph.input(TOP_K, DataType.INT64_VALUE, 1);
        graph.input(CANDIDATES, DataType.INT64_VALUE, 1);
        graph.input(LARGEST, DataType.INT64_VALUE, 1);
        String from = model.head().map(Head::hidden).orElse(model.logits().getName());
        String flat = graph.add("Flatten", List.of(from), of("axis", -1));
        graph.addNamed(
                "",
                "Scan",
                List.of(ROWS, TARGETS),
                List.of(ENTROPY, RENORMALISED_ENTROPY, ARGMAX, TRUE_LOG_PROB, TOP_IDS, TOP_LOG_PROBS),
                of("num_scan_inputs", 2),
                of("body", body(model, flat, absentTokens)));
        graph.output(ENTROPY, DataType.FLOAT_VALUE, "chunks", "rows");
        graph.output(RENORMALISED_ENTROPY, DataType.FLOAT_VALUE, "chunks", "rows");
        graph.output(ARGMAX, DataType.INT64_VALUE, "chunks", "rows");
        graph.output(TRUE_LOG_PROB, DataType.FLOAT_VALUE, "chunks", "rows");
        graph.output(TOP_IDS, DataType.INT64_VALUE, "chunks", "rows", "candidates");
        graph.output(TOP_LOG_PROBS, DataType.FLOAT_VALUE, "chunks", "rows", "candidates");
        GraphIndex.removeDead(result);
        return model.model().toBuilder().setGraph(result).build();
    }

    /** Computes scores from the indices of one chunk of rows. */
    private static GraphProto body(LanguageModelGraph model, String flat, AbsentTokens absentTokens) {
        GraphBuilder body = new GraphBuilder("rpt4j/chunk");
        String rows = body.input("rpt4j/chunk/rows", DataType.INT64_VALUE, "rows");
        String targets = body.input("rpt4j/chunk/targets", DataType.INT64_VALUE, "rows");
        String gathered = body.add("Gather", List.of(flat, rows), of("axis", 0));
        String logits = model.head()
                .map(head -> head.copy(body, gathered, model.logits().getName()))
                .orElse(gathered);
        if (model.logitsType() != DataType.FLOAT_VALUE) {
            logits = body.cast(logits, DataType.FLOAT);
        }
        if (!absentTokens.isEmpty()) {
            logits = body.add("Add", List.of(logits, body.vector(absentTokens.mask())));
        }
        String logProbs = body.add("LogSoftmax", List.of(logits), of("axis", -1));
        List<String> largest = body.add("", "TopK", List.of(logits, LARGEST), 2, of("axis", -1));
        String ids = largest.get(1);
        String ofIds = body.add("GatherElements", List.of(logProbs, ids), of("axis", 1));
        String full = first(body, ofIds, TOP_K);
        String renormalised = body.add("LogSoftmax", List.of(first(body, largest.get(0), TOP_K)), of("axis", -1));
        String column = body.add("Reshape", List.of(targets, body.vector(-1, 1)));
        String ofTarget = body.add("GatherElements", List.of(logProbs, column), of("axis", 1));
        body.output(entropy(body, full), DataType.FLOAT_VALUE, "rows");
        body.output(entropy(body, renormalised), DataType.FLOAT_VALUE, "rows");
        body.output(body.add("Gather", List.of(ids, body.scalar(0)), of("axis", 1)), DataType.INT64_VALUE, "rows");
        body.output(body.add("Reshape", List.of(ofTarget, body.vector(-1))), DataType.FLOAT_VALUE, "rows");
        body.output(first(body, ids, CANDIDATES), DataType.INT64_VALUE, "rows", "candidates");
        body.output(first(body, ofIds, CANDIDATES), DataType.FLOAT_VALUE, "rows", "candidates");
        return body.graph().build();
    }

    /** The first columns of a matrix, as many as a vector of one number says. */
    private static String first(GraphBuilder body, String matrix, String columns) {
        return body.add("Slice", List.of(matrix, body.vector(0), columns, body.vector(1)));
    }

    private static String entropy(GraphBuilder body, String logProbs) {
        String finite = body.add("Max", List.of(logProbs, body.scalar(LOG_OF_ZERO)));
        String terms = body.add("Mul", List.of(body.add("Exp", List.of(finite)), finite));
        String sum = body.add("ReduceSum", List.of(terms, body.vector(1)), of("keepdims", 0));
        return body.add("Neg", List.of(sum));
    }
}
