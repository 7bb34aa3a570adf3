package org.rpt4j.backend.djl.torchscript;

/** Further methods of {@link DecoderScript}'s program, with its conventions and placeholders. */
final class DecodingScript {

    private DecodingScript() {}

    /**
     * Generation with a KV cache in two parts per layer: prompts [P, KV, Lp, hd], one per group, and completions [P *
     * G, KV, Lc, hd]. The queries of a group are multiplied with its prompt's keys in one product; both parts share one
     * softmax.
     */
    static final String DECODE = """
              def prefill(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], pk: List[Tensor], pv: List[Tensor], $BATCH, slots: Tensor, rows: Tensor) -> Tensor:
                c = $COS
                s = $SIN
                plan = self.plan(meta)
                x = $EMBEDDING
                for i in range($LAYERS):
                  q, k, v = self.project(w, i, x, c, s)
                  for j in range(torch.size(meta, 0)):
                    start = plan[j * $META]
                    p = plan[j * $META + 1]
                    slot = int(slots[j])
                    _0 = torch.copy_(torch.narrow(torch.select(pk[i], 0, slot), 1, 0, p), torch.transpose(torch.narrow(k, 0, start, p), 0, 1))
                    _1 = torch.copy_(torch.narrow(torch.select(pv[i], 0, slot), 1, 0, p), torch.transpose(torch.narrow(v, 0, start, p), 0, 1))
                  x = self.feed(w, i, x, self.attend(q, k, v, plan, pad, unpad, self.window(i)))
                x = torch.index_select(x, 0, rows)
                return $FINAL_NORM
              def beyond(self: __torch__.Decoder, lengths: Tensor, most: int) -> Tensor:
                index = torch.arange(most, dtype=4, layout=0, device=ops.prim.device(lengths), pin_memory=False)
                return torch.ge(torch.unsqueeze(index, 0), torch.unsqueeze(lengths, 1))
              def decode(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], pk: List[Tensor], pv: List[Tensor], sk: List[Tensor], sv: List[Tensor], ids: Tensor, pos: Tensor, cos: Tensor, sin: Tensor, rows: Tensor, at: Tensor, plen: Tensor, slen: Tensor) -> Tensor:
                groups = int(dims[0])
                members = int(dims[1])
                lp = int(dims[2])
                ls = int(dims[3])
                all = groups * members
                hidep = torch.reshape(torch.expand(torch.unsqueeze(self.beyond(plen, lp), 1), [-1, members, -1]), [all, 1, 1, lp])
                hides = torch.view(self.beyond(slen, ls), [all, 1, 1, ls])
                hide = torch.cat([hidep, hides], 3)
                c = $COS
                s = $SIN
                x = $EMBEDDING
                for i in range($LAYERS):
                  q, k, v = self.project(w, i, x, c, s)
                  _0 = torch.index_put_(torch.transpose(sk[i], 1, 2), annotate(List[Optional[Tensor]], [rows, at]), k)
                  _1 = torch.index_put_(torch.transpose(sv[i], 1, 2), annotate(List[Optional[Tensor]], [rows, at]), v)
                  full = torch.zeros([all, $HEADS, $HEAD_DIM], dtype=6, layout=0, device=ops.prim.device(q), pin_memory=False)
                  _2 = torch.index_copy_(full, 0, rows, torch.mul($QUERY, $SCALE))
                  own = torch.view(full, [all, $KV_HEADS, $SHARED, $HEAD_DIM])
                  shared = torch.reshape(torch.transpose(torch.view(own, [groups, members, $KV_HEADS, $SHARED, $HEAD_DIM]), 1, 2), [groups, $KV_HEADS, members * $SHARED, $HEAD_DIM])
                  zp = torch.matmul(shared, torch.transpose($PROMPT_KEYS, 2, 3))
                  zp = torch.reshape(torch.transpose(torch.view(zp, [groups, $KV_HEADS, members, $SHARED, lp]), 1, 2), [all, $KV_HEADS, $SHARED, lp])
                  zs = torch.matmul(own, torch.transpose($OWN_KEYS, 2, 3))
                  n = self.window(i)
            $HIDE_OLD      z = torch.masked_fill(torch.cat([zp, zs], 3), old, -3.0e38)
                  a = torch.softmax(z, -1)
                  ap = torch.reshape(torch.transpose(torch.view(torch.narrow(a, 3, 0, lp), [groups, members, $KV_HEADS, $SHARED, lp]), 1, 2), [groups, $KV_HEADS, members * $SHARED, lp])
                  yp = torch.matmul(ap, $PROMPT_VALUES)
                  yp = torch.reshape(torch.transpose(torch.view(yp, [groups, $KV_HEADS, members, $SHARED, $HEAD_DIM]), 1, 2), [all, $WIDTH])
                  ys = torch.reshape(torch.matmul(torch.narrow(a, 3, lp, ls), $OWN_VALUES), [all, $WIDTH])
                  x = self.feed(w, i, x, $MIXED)
                return $FINAL_NORM
              def next_logits(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], h: Tensor) -> Tensor:
                return torch.linear(h, $HEAD)
              def grow(self: __torch__.Decoder, dims: Tensor, caches: List[Tensor]) -> List[Tensor]:
                out = annotate(List[Tensor], [])
                for i in range(torch.len(caches)):
                  _0 = torch.append(out, torch.constant_pad_nd(caches[i], [0, 0, 0, int(dims[0])], 0))
                return out
              def compact(self: __torch__.Decoder, dims: Tensor, caches: List[Tensor], index: Tensor) -> List[Tensor]:
                out = annotate(List[Tensor], [])
                for i in range(torch.len(caches)):
                  _0 = torch.append(out, torch.index_select(caches[i], 0, index))
                return out
            """;

    /** Weights: copies in the compute type, gradient norm, AdamW. */
    static final String UPDATE = """
              def cast(self: __torch__.Decoder, dims: Tensor, w: List[Tensor]) -> List[Tensor]:
                out = annotate(List[Tensor], [])
                for i in range(torch.len(w)):
                  _0 = torch.append(out, torch.to(w[i], int(dims[0])))
                return out
              def norm(self: __torch__.Decoder, dims: Tensor, g: List[Tensor]) -> Tensor:
                return torch.to(torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2))), 7)
              def adamw(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], real: Tensor) -> Tensor:
                e = annotate(List[Tensor], [])
                torch._foreach_mul_(g, float(real[5]))
                torch._foreach_add_(t, 1)
                torch._fused_adamw_(w, g, m, v, e, t, lr=float(real[0]), beta1=float(real[1]), beta2=float(real[2]), weight_decay=float(real[4]), eps=float(real[3]), amsgrad=False, maximize=False)
                return dims
            """;
}
