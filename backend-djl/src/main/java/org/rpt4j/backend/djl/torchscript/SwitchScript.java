package org.rpt4j.backend.djl.torchscript;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.DecoderSwitches.Activation;
import org.rpt4j.model.format.DecoderSwitches.LayerKind;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.ModelConfig;

/**
 * The parts of the program that {@link DecoderSwitches} change. What all layers share is text; what differs from layer to
 * layer is two lists in the program, the first column of a layer's rotation in the rotary tables (-1 for none) and its
 * window (0 for none).
 */
final class SwitchScript {

    private final ModelConfig config;
    private final DecoderSwitches switches;

    SwitchScript(ModelConfig config) {
        this.config = config;
        this.switches = config.switches();
    }

    /** The rotations that a model uses, in the order of their columns in the rotary tables. */
    static List<Rotation> rotations(ModelConfig config) {
        return config.switches().uses(Rotation.LOCAL)
                ? List.of(Rotation.GLOBAL, Rotation.LOCAL)
                : List.of(Rotation.GLOBAL);
    }

    Map<String, String> values() {
        return Map.of(
                "TURNS", list(this::turn),
                "WINDOWS", list(this::window),
                "ROTATE", rotate(),
                "CAUSAL", causal(),
                "BEHIND_MASK", behindPrompt(),
                "HIDE_OLD", hideOld());
    }

    private interface OfLayer {
        int of(LayerKind layer);
    }

    private String list(OfLayer number) {
        return switches.layers().stream()
                .map(layer -> Integer.toString(number.of(layer)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private int turn(LayerKind layer) {
        return layer.rotation() == Rotation.NONE
                ? -1
                : rotations(config).indexOf(layer.rotation()) * switches.rotarySize();
    }

    /** A window that no text exceeds hides nothing. */
    private int window(LayerKind layer) {
        return layer.window() < config.contextLength() ? layer.window() : 0;
    }

    private boolean windowed() {
        return switches.windowed(config.contextLength());
    }

    /** Embeddings of the ids as they enter the first layer. */
    String embedding(String rows) {
        return switches.embeddingScale() == 1 ? rows : "torch.mul(" + rows + ", " + switches.embeddingScale() + ")";
    }

    /** The weights that a norm multiplies by. */
    String normWeight(String weight) {
        return switches.normAddsOne() ? "torch.add(" + weight + ", 1.)" : weight;
    }

    String activation(String gate) {
        return switches.activation() == Activation.SILU
                ? "torch.silu(" + gate + ")"
                : "torch.gelu(" + gate + ", approximate=\"tanh\")";
    }

    /** Queries whose products with keys are divided by the root of the head size. */
    String query(String query) {
        double factor = switches.attentionScale() * Math.sqrt(config.headSize());
        return switches.attentionScale() == 1 / Math.sqrt(config.headSize())
                ? query
                : "torch.mul(" + query + ", " + factor + ")";
    }

    private String rotate() {
        String turned = """
                    c1 = torch.narrow(c, -1, t, $SIZE)
                    s1 = torch.narrow(s, -1, t, $SIZE)
                    a = torch.narrow(x, -1, 0, $HALF)
                    b = torch.narrow(x, -1, $HALF, $HALF)
                    y = torch.add(torch.mul(torch.narrow(x, -1, 0, $SIZE), c1), torch.mul(torch.cat([torch.neg(b), a], -1), s1))
                """;
        if (switches.rotarySize() < config.headSize()) {
            turned += "    y = torch.cat([y, torch.narrow(x, -1, $SIZE, " + (config.headSize() - switches.rotarySize())
                    + ")], -1)\n";
        }
        turned = turned.replace("$SIZE", Integer.toString(switches.rotarySize()))
                .replace("$HALF", Integer.toString(switches.rotarySize() / 2));
        return switches.uses(Rotation.NONE)
                ? "    if t >= 0:\n" + turned.indent(2) + "    else:\n      y = x\n"
                : turned;
    }

    /** Attention of a segment to itself: of each row to the rows up to it, or the last n of them. */
    private String causal() {
        String all = "    a = torch.scaled_dot_product_attention(q4, k4, v4, None, 0., True)\n";
        if (!windowed()) {
            return all;
        }
        return """
                    if n > 0:
                      l = torch.size(q, 0)
                      m = torch.ones([l, l], dtype=11, layout=0, device=ops.prim.device(q), pin_memory=False)
                      a = torch.scaled_dot_product_attention(q4, k4, v4, torch.triu(torch.tril(m), 1 - n), 0., False)
                    else:
                """ + all.indent(2);
    }

    /** The mask of completions behind a prompt of p tokens. */
    private String behindPrompt() {
        return !windowed() ? "" : """
                        if n > 0:
                          mask = torch.triu(mask, p + 1 - n)
                        else:
                          pass
                """;
    }

    /** In decoding, hides keys that have left the window. */
    private String hideOld() {
        return !windowed() ? "      old = hide\n" : """
                      if n > 0:
                        firsts = torch.sub(slen, n)
                        before = torch.reshape(torch.expand(torch.unsqueeze(plen, 1), [-1, members]), [all])
                        oldp = torch.bitwise_not(self.beyond(torch.add(before, firsts), lp))
                        olds = torch.bitwise_not(self.beyond(firsts, ls))
                        old = torch.logical_or(hide, torch.view(torch.cat([oldp, olds], 1), [all, 1, 1, lp + ls]))
                      else:
                        old = hide
                """;
    }
}
