package org.rpt4j.backend.djl.torchscript;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Precision;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.DecoderSwitches.Rotation;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * Generates the TorchScript program of a decoder. Differences between models (biases, tied head, {@link
 * org.rpt4j.model.format.DecoderSwitches switches}) and precisions are resolved here, in the text; only what differs
 * between layers is decided by the program.
 *
 * <p>Conventions of the program. Every method takes {@code dims} first: an int64 CPU tensor of plain numbers. {@code w}
 * is the list of weights in the order of {@link WeightLayout}, and of an adapter's after them in the order of {@link
 * AdapterLayout}. Sequences are ragged and flat: T tokens of all sequences
 * end to end, hidden states [T, d], and {@code meta} with {@link #META_WIDTH} numbers per group that describe which
 * rows belong together. Linear layers never see padding; attention pads only the completions of one group to its
 * longest.
 *
 * <p>In bfloat16, the products of the linear layers are rounded, and their operands, and the cached keys and values.
 * Everything else is computed in 32 bits: the residual stream, norms, rotation, attention, the head, log-probabilities,
 * losses and their gradients. So sampling and training differ only where a rounding flips. The head is applied to one
 * chunk of rows at a time, so no [T, V] tensor exists.
 */
public final class DecoderScript {

    /** Name of the class in the archive. */
    public static final String CLASS_NAME = "Decoder";

    /**
     * Numbers per group in {@code meta}: first row, prompt length, completions, longest, rows after prompt, pad offset.
     */
    public static final int META_WIDTH = 6;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$([A-Z_]+)");
    private static final int FLOAT32 = 6;
    private static final int BFLOAT16 = 15;
    private static final String BATCH_TYPES =
            "ids: Tensor, pos: Tensor, cos: Tensor, sin: Tensor, meta: Tensor, pad: Tensor, unpad: Tensor";

    private final ModelConfig config;
    private final AbsentTokens absentTokens;
    private final WeightLayout layout;
    private final int computeType;
    private final @Nullable LoraOptions adapter;
    private final SwitchScript switches;
    private final Map<String, String> values;

    private DecoderScript(
            ModelConfig config, AbsentTokens absentTokens, Precision precision, @Nullable LoraOptions adapter) {
        this.config = config;
        this.absentTokens = absentTokens;
        this.layout = WeightLayout.of(config);
        this.computeType = precision == Precision.BF16 ? BFLOAT16 : FLOAT32;
        this.adapter = adapter;
        this.switches = new SwitchScript(config);
        this.values = values();
    }

    /** Returns the rotations of a model; the rotary tables have the columns of each, one after the other. */
    public static List<Rotation> rotations(ModelConfig config) {
        return SwitchScript.rotations(config);
    }

    /**
     * Returns the archive for a model in a precision; ids that no token has get probability 0.
     *
     * @param adapter form of the adapter over frozen weights, if there is one
     */
    public static byte[] archive(
            ModelConfig config, AbsentTokens absentTokens, Precision precision, @Nullable LoraOptions adapter) {
        return TorchScriptArchive.of(CLASS_NAME, new DecoderScript(config, absentTokens, precision, adapter).source());
    }

    private String source() {
        return """
                class Decoder(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                """ + expand(LAYER) + expand(ENCODE) + expand(HEAD) + expand(ScoringScript.SCORES)
                + expand(DecodingScript.DECODE) + expand(DecodingScript.UPDATE);
    }

    private String expand(String template) {
        return PLACEHOLDER.matcher(template).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new IllegalStateException("no value for " + match.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private Map<String, String> values() {
        Map<String, String> values = new HashMap<>(switches.values());
        values.put("BATCH", BATCH_TYPES);
        values.put("QUERY_KEY_NORM", queryKeyNorm());
        values.put("LINEAR_Q", projection("n", LayerWeight.QUERY, LayerWeight.QUERY_BIAS));
        values.put("LINEAR_K", projection("n", LayerWeight.KEY, LayerWeight.KEY_BIAS));
        values.put("LINEAR_V", projection("n", LayerWeight.VALUE, LayerWeight.VALUE_BIAS));
        values.put("LINEAR_O", projection("a", LayerWeight.OUTPUT, LayerWeight.OUTPUT_BIAS));
        values.put("INPUT_NORM", cast(normIfAny("x", LayerWeight.INPUT_NORM)));
        values.put("POST_NORM", cast(normIfAny("y", LayerWeight.POST_NORM)));
        values.put("FROM_ATTENTION", normIfAny(values.get("LINEAR_O"), LayerWeight.ATTENTION_NORM));
        values.put("FROM_FEED_FORWARD", normIfAny("f", LayerWeight.FEED_FORWARD_NORM));
        values.putAll(new FeedForwardScript(config, layout, switches, this::linear, this::cast, this::single).values());
        values.put("FINAL_NORM", norm("x", "w[" + WeightLayout.FINAL_NORM + "]", config.hiddenSize()));
        values.put("EMBEDDING", switches.embedding("torch.embedding(w[" + WeightLayout.EMBEDDING + "], ids)"));
        values.put("HEAD", "w[" + layout.head() + "]");
        boolean frozen = adapter != null;
        String ofHidden = "torch.sum(torch.mul(h, dh))";
        String head = values.get("HEAD");
        values.put("NEW_HEAD_GRADIENT", frozen ? "torch.narrow(h, 0, 0, 0)" : "torch.zeros_like(" + head + ")");
        values.put("ADD_HEAD_GRADIENT", frozen ? "" : "      _5 = torch.addmm_(dhead, torch.t(g), part)\n");
        values.put(
                "SURROGATE",
                frozen ? ofHidden : "torch.add(" + ofHidden + ", torch.sum(torch.mul(" + head + ", dhead)))");
        values.put("VOCABULARY", Integer.toString(config.vocabularySize()));
        values.put("HIDE_ABSENT", hideAbsent());
        values.put("LAST_TOKEN", Integer.toString(lastToken()));
        values.put("COS", rotation("cos"));
        values.put("SIN", rotation("sin"));
        values.put("ROTATED_Q", cast("self.rotate(" + single("q") + ", c, s, t)"));
        values.put("ROTATED_K", cast("self.rotate(" + single("k") + ", c, s, t)"));
        values.put("QUERY", switches.query(single("q")));
        values.put("KEY", single("k"));
        values.put("VALUE", single("v"));
        values.put("ATTENDED", cast("torch.cat(out, 0)"));
        values.put("PROMPT_KEYS", single("torch.narrow(pk[i], 2, 0, lp)"));
        values.put("PROMPT_VALUES", single("torch.narrow(pv[i], 2, 0, lp)"));
        values.put("OWN_KEYS", single("torch.narrow(sk[i], 2, 0, ls)"));
        values.put("OWN_VALUES", single("torch.narrow(sv[i], 2, 0, ls)"));
        values.put("MIXED", cast("torch.index_select(torch.add(yp, ys), 0, rows)"));
        values.put(
                "STARTS",
                IntStream.range(0, config.layers())
                        .map(layout::layerStart)
                        .boxed()
                        .toList()
                        .toString());
        values.put("LAST_LAYER", Integer.toString(config.layers() - 1));
        values.put("LAYERS", Integer.toString(config.layers()));
        values.put("HEADS", Integer.toString(config.heads()));
        values.put("KV_HEADS", Integer.toString(config.keyValueHeads()));
        values.put("SHARED", Integer.toString(config.heads() / config.keyValueHeads()));
        values.put("WIDTH", Integer.toString(config.heads() * config.headSize()));
        values.put("HEAD_DIM", Integer.toString(config.headSize()));
        values.put("SCALE", Double.toString(1 / Math.sqrt(config.headSize())));
        values.put("META", Integer.toString(META_WIDTH));
        values.put("COMPUTE", Integer.toString(computeType));
        return values;
    }

    private String layer(LayerWeight weight) {
        boolean ofExperts = !LayerWeight.feedForward().contains(weight) && config.hasExperts(0);
        return cast("w[o + " + layout.offset(weight, ofExperts) + "]");
    }

    private String cast(String tensor) {
        return computeType == FLOAT32 ? tensor : "torch.to(" + tensor + ", " + computeType + ")";
    }

    private String single(String tensor) {
        return computeType == FLOAT32 ? tensor : "torch.to(" + tensor + ", " + FLOAT32 + ")";
    }

    private String linear(String input, LayerWeight weight) {
        return adapted(input, weight, "torch.linear(" + input + ", " + layer(weight) + ")");
    }

    private String projection(String input, LayerWeight weight, LayerWeight bias) {
        return layout.has(bias)
                ? adapted(input, weight, "torch.linear(" + input + ", " + layer(weight) + ", " + layer(bias) + ")")
                : linear(input, weight);
    }

    /** Adds s (x A^T) B^T to x W^T, in single precision. */
    private String adapted(String input, LayerWeight weight, String product) {
        if (adapter == null || !adapter.targets().contains(weight)) {
            return product;
        }
        List<String> targets = adapter.targetNames();
        int a = layout.all().size() + 2 * targets.indexOf(weight.module());
        String layerStart = " + i * " + 2 * targets.size() + "]";
        String lowRank = "torch.linear(torch.linear(" + single(input) + ", w[" + a + layerStart + "), w[" + (a + 1)
                + layerStart + ")";
        return cast("torch.add(" + single(product) + ", " + lowRank + ", alpha=" + adapter.scale() + ")");
    }

    /** A norm in single precision. */
    private String norm(String input, String weight, int size) {
        return "torch.rms_norm(" + single(input) + ", [" + size + "], " + switches.normWeight(single(weight)) + ", "
                + config.normEpsilon() + ")";
    }

    private String normIfAny(String input, LayerWeight weight) {
        return layout.has(weight) ? norm(input, layer(weight), config.hiddenSize()) : input;
    }

    /** Leaves nothing of the logits z of ids that no token has. */
    private String hideAbsent() {
        if (absentTokens.isEmpty()) {
            return "";
        }
        int[] ranges = absentTokens.ranges();
        return "    r = " + Arrays.toString(ranges) + "\n"
                + "    for i in range(" + ranges.length / 2 + "):\n"
                + "      _1 = torch.fill_(torch.narrow(z, 1, r[2 * i], r[2 * i + 1] - r[2 * i]), -3.0e38)\n";
    }

    /** What a draw takes that rounding put beyond the last sum, or that is NaN and refused later. */
    private int lastToken() {
        int last = config.vocabularySize() - 1;
        while (absentTokens.contains(last)) {
            last--;
        }
        return last;
    }

    private String rotation(String table) {
        return "torch.unsqueeze(torch.index_select(" + table + ", 0, pos), 1)";
    }

    private String queryKeyNorm() {
        if (!config.queryKeyNorm()) {
            return "";
        }
        return "    q = " + headNorm("q", LayerWeight.QUERY_NORM, config.heads()) + "\n" + "    k = "
                + headNorm("k", LayerWeight.KEY_NORM, config.keyValueHeads()) + "\n";
    }

    private String headNorm(String heads, LayerWeight weight, int count) {
        if (!config.switches().normOverAllHeads()) {
            return norm(heads, layer(weight), config.headSize());
        }
        int width = count * config.headSize();
        return "torch.view(" + norm("torch.view(" + heads + ", [-1, " + width + "])", layer(weight), width) + ", [-1, "
                + count + ", " + config.headSize() + "])";
    }

    /** One decoder layer over flat rows; attention per group, all completions of a group after one prompt. */
    private static final String LAYER = """
              def turn(self: __torch__.Decoder, i: int) -> int:
                turns = $TURNS
                return turns[i]
              def window(self: __torch__.Decoder, i: int) -> int:
                windows = $WINDOWS
                return windows[i]
              def rotate(self: __torch__.Decoder, x: Tensor, c: Tensor, s: Tensor, t: int) -> Tensor:
            $ROTATE    return y
              def start(self: __torch__.Decoder, i: int) -> int:
                starts = $STARTS
                return starts[i]
              def project(self: __torch__.Decoder, w: List[Tensor], i: int, x: Tensor, c: Tensor, s: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
                o = self.start(i)
                t = self.turn(i)
                n = $INPUT_NORM
                q = torch.view($LINEAR_Q, [-1, $HEADS, $HEAD_DIM])
                k = torch.view($LINEAR_K, [-1, $KV_HEADS, $HEAD_DIM])
                v = torch.view($LINEAR_V, [-1, $KV_HEADS, $HEAD_DIM])
            $QUERY_KEY_NORM    return ($ROTATED_Q, $ROTATED_K, v)
              def heads_first(self: __torch__.Decoder, x: Tensor) -> Tensor:
                t = torch.unsqueeze(torch.transpose(x, 0, 1), 1)
                return torch.reshape(torch.expand(t, [-1, $HEADS // torch.size(x, 1), -1, -1]), [1, $HEADS, torch.size(x, 0), $HEAD_DIM])
              def causal(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, n: int) -> Tensor:
                q4 = self.heads_first(q)
                k4 = self.heads_first(k)
                v4 = self.heads_first(v)
            $CAUSAL    return torch.reshape(torch.transpose(torch.select(a, 0, 0), 0, 1), [-1, $WIDTH])
              def behind_prompt(self: __torch__.Decoder, own: Tensor, prompt: Tensor, g: int, l: int) -> Tensor:
                t = torch.transpose(torch.view(own, [g, l, $KV_HEADS, $HEAD_DIM]), 1, 2)
                p = torch.expand(torch.unsqueeze(torch.transpose(prompt, 0, 1), 0), [g, -1, -1, -1])
                both = torch.unsqueeze(torch.cat([p, t], 2), 2)
                return torch.reshape(torch.expand(both, [-1, -1, $SHARED, -1, -1]), [g, $HEADS, -1, $HEAD_DIM])
              def plan(self: __torch__.Decoder, meta: Tensor) -> List[int]:
                out = annotate(List[int], [])
                for i in range(torch.size(meta, 0)):
                  for j in range($META):
                    _0 = torch.append(out, int(meta[i][j]))
                return out
              def segments(self: __torch__.Decoder, plan: List[int]) -> List[int]:
                out = annotate(List[int], [])
                for i in range(torch.len(plan) // $META):
                  p = plan[i * $META + 1]
                  rest = plan[i * $META + 4]
                  if plan[i * $META + 2] <= 1:
                    _0 = torch.append(out, p + rest)
                    _1 = torch.append(out, 0)
                  else:
                    _2 = torch.append(out, p)
                    _3 = torch.append(out, rest)
                return out
              def attend(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, plan: List[int], pad: Tensor, unpad: Tensor, n: int) -> Tensor:
                sizes = self.segments(plan)
                qs = torch.split_with_sizes($QUERY, sizes, 0)
                ks = torch.split_with_sizes($KEY, sizes, 0)
                vs = torch.split_with_sizes($VALUE, sizes, 0)
                out = annotate(List[Tensor], [])
                u = 0
                for i in range(torch.len(plan) // $META):
                  kp = ks[2 * i]
                  vp = vs[2 * i]
                  _0 = torch.append(out, self.causal(qs[2 * i], kp, vp, n))
                  g = plan[i * $META + 2]
                  if g > 1:
                    p = plan[i * $META + 1]
                    l = plan[i * $META + 3]
                    rest = plan[i * $META + 4]
                    rows = torch.narrow(pad, 0, plan[i * $META + 5], g * l)
                    qg = torch.transpose(torch.view(torch.index_select(qs[2 * i + 1], 0, rows), [g, l, $HEADS, $HEAD_DIM]), 1, 2)
                    kg = self.behind_prompt(torch.index_select(ks[2 * i + 1], 0, rows), kp, g, l)
                    vg = self.behind_prompt(torch.index_select(vs[2 * i + 1], 0, rows), vp, g, l)
                    mask = torch.tril(torch.ones([l, p + l], dtype=11, layout=0, device=ops.prim.device(q), pin_memory=False), p)
            $BEHIND_MASK        a = torch.scaled_dot_product_attention(qg, kg, vg, mask, 0., False)
                    flat = torch.reshape(torch.transpose(a, 1, 2), [g * l, $WIDTH])
                    _1 = torch.append(out, torch.index_select(flat, 0, torch.narrow(unpad, 0, u, rest)))
                    u = u + rest
                  else:
                    pass
                return $ATTENDED
            $EXPERTS  def feed(self: __torch__.Decoder, w: List[Tensor], i: int, x: Tensor, a: Tensor) -> Tensor:
                o = self.start(i)
                y = torch.add(x, $FROM_ATTENTION)
                m = $POST_NORM
            $FEED_FORWARD    return torch.add(y, $FROM_FEED_FORWARD)
              def layer(self: __torch__.Decoder, w: List[Tensor], i: int, x: Tensor, c: Tensor, s: Tensor, plan: List[int], pad: Tensor, unpad: Tensor) -> Tensor:
                q, k, v = self.project(w, i, x, c, s)
                return self.feed(w, i, x, self.attend(q, k, v, plan, pad, unpad, self.window(i)))
              def last_layer(self: __torch__.Decoder, w: List[Tensor], x: Tensor, c: Tensor, s: Tensor, plan: List[int], pad: Tensor, unpad: Tensor, rows: Tensor) -> Tensor:
                q, k, v = self.project(w, $LAST_LAYER, x, c, s)
                a = torch.index_select(self.attend(q, k, v, plan, pad, unpad, self.window($LAST_LAYER)), 0, rows)
                x = self.feed(w, $LAST_LAYER, torch.index_select(x, 0, rows), a)
                return $FINAL_NORM
            """;

    /** Final hidden states of selected rows [R, d], in one call or layer by layer. */
    private static final String ENCODE = """
              def encode(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], $BATCH, rows: Tensor) -> Tensor:
                c = $COS
                s = $SIN
                plan = self.plan(meta)
                x = $EMBEDDING
                for i in range($LAST_LAYER):
                  x = self.layer(w, i, x, c, s, plan, pad, unpad)
                return self.last_layer(w, x, c, s, plan, pad, unpad, rows)
              def encode_input(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], ids: Tensor) -> Tensor:
                return $EMBEDDING
              def encode_layer(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], x: Tensor, $BATCH) -> Tensor:
                c = $COS
                s = $SIN
                plan = self.plan(meta)
                return self.layer(w, int(dims[0]), x, c, s, plan, pad, unpad)
              def encode_last(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], x: Tensor, $BATCH, rows: Tensor) -> Tensor:
                c = $COS
                s = $SIN
                plan = self.plan(meta)
                return self.last_layer(w, x, c, s, plan, pad, unpad, rows)
            """;

    /**
     * Outputs computed from hidden states [R, d], in chunks of rows; {@code real} holds 1/temperature. All chunks share
     * the same two buffers, because allocators of the C library may not reuse a buffer that was just freed.
     */
    private static final String HEAD = """
              def logits_into(self: __torch__.Decoder, w: List[Tensor], h: Tensor, z: Tensor) -> Tensor:
                _0 = torch.matmul(h, torch.t($HEAD), out=z)
            $HIDE_ABSENT    return z
              def chunk_size(self: __torch__.Decoder, rows: int, start: int, most: int) -> int:
                n = rows - start
                if n > most:
                  n = most
                else:
                  pass
                return n
              def buffer(self: __torch__.Decoder, h: Tensor, most: int) -> Tensor:
                return torch.empty([self.chunk_size(torch.size(h, 0), 0, most), $VOCABULARY], dtype=6, layout=0, device=ops.prim.device(h), pin_memory=False)
              def log_sum_exp(self: __torch__.Decoder, z: Tensor, e: Tensor) -> Tensor:
                m = torch.amax(z, [1], True)
                _0 = torch.exp_(torch.sub(z, m, out=e))
                return torch.add(torch.log(torch.sum(e, [1])), torch.squeeze(m, 1))
              def log_probs(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], h: Tensor, targets: Tensor, real: Tensor) -> Tensor:
                most = int(dims[0])
                rows = torch.size(h, 0)
                zs = self.buffer(h, most)
                es = self.buffer(h, most)
                out = annotate(List[Tensor], [])
                for i in range((rows + most - 1) // most):
                  n = self.chunk_size(rows, i * most, most)
                  z = self.logits_into(w, torch.narrow(h, 0, i * most, n), torch.narrow(zs, 0, 0, n))
                  _0 = torch.mul_(z, float(real[0]))
                  t = torch.gather(z, 1, torch.unsqueeze(torch.narrow(targets, 0, i * most, n), 1))
                  _1 = torch.append(out, torch.sub(torch.squeeze(t, 1), self.log_sum_exp(z, torch.narrow(es, 0, 0, n))))
                return torch.cat(out, 0)
              def head_backward(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], h: Tensor, targets: Tensor, weights: Tensor, real: Tensor) -> Tuple[Tensor, Tensor]:
                most = int(dims[0])
                rows = torch.size(h, 0)
                scale = float(real[0])
                dhead = $NEW_HEAD_GRADIENT
                zs = self.buffer(h, most)
                gs = self.buffer(h, most)
                out = annotate(List[Tensor], [])
                for i in range((rows + most - 1) // most):
                  n = self.chunk_size(rows, i * most, most)
                  part = torch.narrow(h, 0, i * most, n)
                  z = self.logits_into(w, part, torch.narrow(zs, 0, 0, n))
                  _0 = torch.mul_(z, scale)
                  s = torch.unsqueeze(torch.narrow(weights, 0, i * most, n), 1)
                  g = torch._softmax(z, 1, False, out=torch.narrow(gs, 0, 0, n))
                  _1 = torch.mul_(g, torch.neg(s))
                  _2 = torch.scatter_add_(g, 1, torch.unsqueeze(torch.narrow(targets, 0, i * most, n), 1), s)
                  _3 = torch.mul_(g, scale)
                  _4 = torch.append(out, torch.matmul(g, $HEAD))
            $ADD_HEAD_GRADIENT    return (torch.cat(out, 0), dhead)
              def surrogate(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], h: Tensor, dh: Tensor, dhead: Tensor) -> Tensor:
                return $SURROGATE
              def sample(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], h: Tensor, rows: Tensor, uniforms: Tensor, real: Tensor) -> Tensor:
                z = torch.linear(h, $HEAD)
            $HIDE_ABSENT    z = torch.mul(z, float(real[0]))
                lp = torch.log_softmax(z, 1)
                if int(dims[0]) == 1:
                  ids = torch.index_select(torch.argmax(z, 1), 0, rows)
                else:
                  cdf = torch.index_select(torch.cumsum(torch.to(torch.exp(lp), 7), 1), 0, rows)
                  u = torch.mul(torch.unsqueeze(uniforms, 1), torch.narrow(cdf, 1, torch.size(cdf, 1) - 1, 1))
                  ids = torch.squeeze(torch.clamp_max(torch.searchsorted(cdf, u, out_int32=False, right=True), $LAST_TOKEN), 1)
                chosen = torch.gather(torch.index_select(lp, 0, rows), 1, torch.unsqueeze(ids, 1))
                return torch.stack([torch.to(ids, 7), torch.to(torch.squeeze(chosen, 1), 7)])
            """;
}
