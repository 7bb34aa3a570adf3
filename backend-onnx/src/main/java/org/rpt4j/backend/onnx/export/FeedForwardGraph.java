package org.rpt4j.backend.onnx.export;

import static org.rpt4j.backend.onnx.proto.Attributes.of;

import java.util.List;
import java.util.function.Function;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;

/**
 * Builds the feed-forwards of a decoder: one of a layer, or {@link Experts}. Of those, a graph has all; each gathers its
 * rows, and adds its results to them, expert by expert. {@code TopK} chooses the lower one of two with the same
 * probability. Only operators of the ONNX standard.
 */
final class FeedForwardGraph {

    private final GraphBuilder graph;
    private final ModelConfig config;
    private final WeightLayout layout;
    private final Function<GraphWeight, String> weight;

    /** @param weight adds a weight to the graph and returns its name */
    FeedForwardGraph(
            GraphBuilder graph, ModelConfig config, WeightLayout layout, Function<GraphWeight, String> weight) {
        this.graph = graph;
        this.config = config;
        this.layout = layout;
        this.weight = weight;
    }

    /** The feed-forward of a layer, of and to [batch, sequence, hidden]. */
    String add(int layer, String x) {
        if (!config.hasExperts(layer)) {
            return gated(
                    x,
                    layout.index(layer, LayerWeight.GATE),
                    layout.index(layer, LayerWeight.UP),
                    layout.index(layer, LayerWeight.DOWN));
        }
        String rows = graph.add("Reshape", List.of(x, graph.vector(-1, config.hiddenSize())));
        return graph.add("Reshape", List.of(experts(layer, rows), graph.add("Shape", List.of(x))));
    }

    private String gated(String x, int gateIndex, int upIndex, int downIndex) {
        String gate = project(x, gateIndex);
        String activated = switch (config.switches().activation()) {
            case SILU -> graph.add("Mul", List.of(gate, graph.add("Sigmoid", List.of(gate))));
            case GELU_TANH -> graph.add("Gelu", List.of(gate), of("approximate", "tanh"));
        };
        return project(graph.add("Mul", List.of(activated, project(x, upIndex))), downIndex);
    }

    /** The weighted sum over the experts of each row, of and to [rows, hidden]. */
    private String experts(int layer, String x) {
        Experts experts = config.switches().experts();
        String probabilities =
                graph.add("Softmax", List.of(project(x, layout.index(layer, LayerWeight.ROUTER))), of("axis", -1));
        List<String> chosen =
                graph.add("", "TopK", List.of(probabilities, graph.vector(experts.perToken())), 2, of("axis", -1));
        String shares = chosen.get(0);
        if (experts.normalised()) {
            String sum = graph.add("ReduceSum", List.of(shares, graph.vector(1)), of("keepdims", 1));
            shares = graph.add("Div", List.of(shares, sum));
        }
        String sum = graph.add("Sub", List.of(x, x));
        for (int expert = 0; expert < experts.count(); expert++) {
            String hits = graph.add("Equal", List.of(chosen.get(1), graph.scalar(expert)));
            // Of each hit its row and its place among the chosen, [hits, 2].
            String places = graph.add("Transpose", List.of(graph.add("NonZero", List.of(hits))));
            String rows = graph.add("Gather", List.of(places, graph.vector(0)), of("axis", 1));
            String result = gated(
                    graph.add("GatherND", List.of(x, rows)),
                    layout.index(layer, expert, LayerWeight.GATE),
                    layout.index(layer, expert, LayerWeight.UP),
                    layout.index(layer, expert, LayerWeight.DOWN));
            String share =
                    graph.add("Unsqueeze", List.of(graph.add("GatherND", List.of(shares, places)), graph.vector(1)));
            String weighted = graph.add("Mul", List.of(result, share));
            sum = graph.add("ScatterND", List.of(sum, rows, weighted), of("reduction", "add"));
        }
        return sum;
    }

    private String project(String x, int index) {
        WeightSpec spec = layout.all().get(index);
        int out = spec.shape().get(0);
        int in = spec.shape().get(1);
        return graph.add("MatMul", List.of(x, weight.apply(GraphWeight.transposed(spec, in, i -> i, out, i -> i))));
    }
}
