package org.rpt4j.backend.djl.torchscript;

import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * The part of the program that computes a feed-forward f of rows m: one, or {@link Experts}. Each expert computes its rows
 * together; their results are added up in the order of the experts. A sort that is stable chooses the lower one of two
 * with the same probability, which topk does not promise. An expert without rows multiplies none of them, so that its
 * gradient is there, and zero.
 */
final class FeedForwardScript {

    /** A product of a named tensor with a weight of the layer. */
    interface Linear {
        String of(String input, LayerWeight weight);
    }

    private final ModelConfig config;
    private final WeightLayout layout;
    private final SwitchScript switches;
    private final Linear linear;
    private final UnaryOperator<String> cast;
    private final UnaryOperator<String> single;

    FeedForwardScript(
            ModelConfig config,
            WeightLayout layout,
            SwitchScript switches,
            Linear linear,
            UnaryOperator<String> cast,
            UnaryOperator<String> single) {
        this.config = config;
        this.layout = layout;
        this.switches = switches;
        this.linear = linear;
        this.cast = cast;
        this.single = single;
    }

    Map<String, String> values() {
        Experts experts = config.switches().experts();
        if (experts.count() == 0) {
            return Map.of("EXPERTS", "", "FEED_FORWARD", dense());
        }
        String sparse = "    f = self.experts(w, o, m)\n";
        String both = experts.denseLayers().isEmpty()
                ? sparse
                : "    if self.has_experts(i) == 1:\n" + sparse.indent(2) + "    else:\n" + dense().indent(2);
        return Map.of("EXPERTS", methods(experts), "FEED_FORWARD", both);
    }

    private String dense() {
        return "    u = " + gated(linear.of("m", LayerWeight.GATE), linear.of("m", LayerWeight.UP)) + "\n    f = "
                + linear.of("u", LayerWeight.DOWN) + "\n";
    }

    private String gated(String gate, String up) {
        return "torch.mul(" + switches.activation(gate) + ", " + up + ")";
    }

    private String methods(Experts experts) {
        BinaryOperator<String> product =
                (input, weight) -> "torch.linear(" + input + ", " + cast.apply("w[" + weight + "]") + ")";
        String layers = IntStream.range(0, config.layers())
                .mapToObj(layer -> config.hasExperts(layer) ? "1" : "0")
                .collect(Collectors.joining(", ", "[", "]"));
        String router = single.apply(cast.apply("w[o + " + layout.offset(LayerWeight.ROUTER, true) + "]"));
        String normalise = experts.normalised() ? "    s = torch.div(s, torch.sum(s, [1], True))\n" : "";
        return """
                  def has_experts(self: __torch__.Decoder, i: int) -> int:
                    layers = $LAYERS
                    return layers[i]
                  def experts(self: __torch__.Decoder, w: List[Tensor], o: int, m: Tensor) -> Tensor:
                    z = torch.linear($ROWS, $ROUTER)
                    p, order = torch.sort(torch.softmax(z, -1), stable=True, dim=-1, descending=True)
                    s = torch.narrow(p, 1, 0, $PER_TOKEN)
                $NORMALISE    chosen = torch.narrow(order, 1, 0, $PER_TOKEN)
                    f = torch.zeros([torch.size(m, 0), $HIDDEN], dtype=6, layout=0, device=ops.prim.device(m), pin_memory=False)
                    for e in range($COUNT):
                      at = torch.nonzero(torch.eq(chosen, e))
                      rows = torch.select(at, 1, 0)
                      x = torch.index_select(m, 0, rows)
                      g = o + $FIRST + 3 * e
                      u = $GATED
                      share = torch.index(s, annotate(List[Optional[Tensor]], [rows, torch.select(at, 1, 1)]))
                      _0 = torch.index_add_(f, 0, rows, torch.mul($RESULT, torch.unsqueeze(share, 1)))
                    return f
                """.replace("$LAYERS", layers)
                .replace("$ROWS", single.apply("m"))
                .replace("$ROUTER", router)
                .replace("$PER_TOKEN", Integer.toString(experts.perToken()))
                .replace("$NORMALISE", normalise)
                .replace("$HIDDEN", Integer.toString(config.hiddenSize()))
                .replace("$COUNT", Integer.toString(experts.count()))
                .replace("$FIRST", Integer.toString(layout.offset(LayerWeight.GATE, true)))
                .replace("$GATED", gated(product.apply("x", "g"), product.apply("x", "g + 1")))
                .replace("$RESULT", single.apply(product.apply("u", "g + 2")));
    }
}
