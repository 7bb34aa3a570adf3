package org.rpt4j.backend.djl.torchscript;

/**
 * The part of the program that scores: entropy, argmax, log-probability of the true token and candidates, from one chunk
 * of logits at a time. PyTorch's top-k may take any of several equal logits; {@code tied_ids} then gives each logit a
 * rank of its own, so that the lower ids win.
 */
final class ScoringScript {

    private ScoringScript() {}

    /** The methods of the program, with the placeholders of {@link DecoderScript}. */
    static final String SCORES = """
              def tied_ids(self: __torch__.Decoder, z: Tensor, worst: Tensor, k: int) -> Tensor:
                kind = torch.add(torch.mul(torch.to(torch.gt(z, worst), 3), 2), torch.to(torch.eq(z, worst), 3))
                id = torch.arange($VOCABULARY, dtype=3, layout=0, device=ops.prim.device(z), pin_memory=False)
                _0, ids = torch.topk(torch.sub(torch.mul(kind, $VOCABULARY), id), k, 1)
                return ids
              def candidate_ids(self: __torch__.Decoder, z: Tensor, best: Tensor, worst: Tensor) -> Tensor:
                k = torch.size(best, 1)
                if int(torch.sum(torch.ge(z, worst))) > torch.numel(best):
                  ids = self.tied_ids(z, worst, k)
                else:
                  ids = best
                ids, _0 = torch.sort(ids, 1)
                _1, order = torch.sort(torch.gather(z, 1, ids), stable=True, dim=1, descending=True)
                return torch.gather(ids, 1, order)
              def scores(self: __torch__.Decoder, dims: Tensor, w: List[Tensor], h: Tensor, targets: Tensor) -> Tensor:
                most = int(dims[0])
                rows = torch.size(h, 0)
                zs = self.buffer(h, most)
                es = self.buffer(h, most)
                out = annotate(List[Tensor], [])
                for i in range((rows + most - 1) // most):
                  n = self.chunk_size(rows, i * most, most)
                  z = self.logits_into(w, torch.narrow(h, 0, i * most, n), torch.narrow(zs, 0, 0, n))
                  total = self.log_sum_exp(z, torch.narrow(es, 0, 0, n))
                  largest, best = torch.topk(z, int(dims[4]), 1)
                  top = torch.narrow(largest, 1, 0, int(dims[1]))
                  if int(dims[2]) == 1:
                    lp = torch.log_softmax(top, 1)
                  else:
                    lp = torch.sub(top, torch.unsqueeze(total, 1))
                  e = torch.neg(torch.sum(torch.mul(torch.exp(lp), lp), [1]))
                  t = torch.gather(z, 1, torch.unsqueeze(torch.narrow(targets, 0, i * most, n), 1))
                  row = torch.stack([torch.to(e, 7), torch.to(torch.argmax(z, 1), 7), torch.to(torch.sub(torch.squeeze(t, 1), total), 7)])
                  k = int(dims[3])
                  if k > 0:
                    ids = self.candidate_ids(z, torch.narrow(best, 1, 0, k), torch.narrow(largest, 1, k - 1, 1))
                    clp = torch.sub(torch.gather(z, 1, ids), torch.unsqueeze(total, 1))
                    row = torch.cat([row, torch.t(torch.to(ids, 7)), torch.t(torch.to(clp, 7))], 0)
                  else:
                    pass
                  _0 = torch.append(out, row)
                return torch.cat(out, 1)
            """;
}
