package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.GradientWorkers;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.WeightedBatch;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.rollout.FailedBatch;

/**
 * Deals the micro-batches of a step to a fixed number of shards, in turn, and adds up the gradients of the shards in
 * single precision and in their order. The gradient of a shard begins at zero, so it may be computed in this process or
 * by a worker: the sum has the same bits.
 *
 * <p>A worker needs the weights of the loss, which depend on the log-probabilities of the forward pass. So workers
 * compute that pass twice: once for the log-probabilities, once before the backward pass.
 */
final class GradientShards implements Accumulation {

    private final GradientAccess gradients;
    private final Optional<GradientWorkers> workers;
    private final MicroBatchPasses passes;
    private final int count;
    private final GradientTotal total;

    /** @throws org.rpt4j.api.error.BackendMemoryException if the heap cannot hold the sum */
    GradientShards(GradientAccess gradients, MicroBatchPasses passes, int count) {
        this.gradients = gradients;
        this.workers = gradients.workers();
        this.passes = passes;
        this.count = count;
        this.total = new GradientTotal(gradients.size(), count);
    }

    @Override
    public double accumulate(List<? extends MicroBatchLoss> parts) throws StepSkippedException, PassFailedException {
        total.clear();
        double[] losses = workers.isPresent() ? byWorkers(workers.get(), parts) : here(parts);
        gradients.clear();
        total.addTo(gradients);
        return Arrays.stream(losses).sum();
    }

    private double[] here(List<? extends MicroBatchLoss> parts) throws StepSkippedException, PassFailedException {
        double[] losses = new double[parts.size()];
        for (int shard = 0; shard < Math.min(count, parts.size()); shard++) {
            gradients.clear();
            for (int i = shard; i < parts.size(); i += count) {
                losses[i] = passes.accumulate(parts.get(i));
            }
            total.add(gradients);
        }
        return losses;
    }

    private double[] byWorkers(GradientWorkers others, List<? extends MicroBatchLoss> parts)
            throws StepSkippedException, PassFailedException {
        List<TokenValues> logProbs = ask(
                "The forward pass",
                parts,
                () -> others.logProbs(parts.stream().map(MicroBatchLoss::tokens).toList()));
        double[] losses = new double[parts.size()];
        List<List<WeightedBatch>> shards = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            MicroBatchLoss part = parts.get(i);
            MicroBatchLoss.Weighted loss = MicroBatchPasses.loss(part, logProbs.get(i));
            losses[i] = loss.value();
            if (i < count) {
                shards.add(new ArrayList<>());
            }
            shards.get(i % count).add(new WeightedBatch(part.tokens(), TokenValues.of(part.tokens(), loss.weights())));
        }
        ask("The backward pass", parts, () -> others.gradients(shards)).forEach(total::add);
        return losses;
    }

    /** Workers do not say which micro-batch failed, so the failed batch is the whole step. */
    private static <T> List<T> ask(String operation, List<? extends MicroBatchLoss> parts, Supplier<List<T>> question)
            throws PassFailedException {
        try {
            return question.get();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) {
            FailedBatch batch = WholeStep.failed(parts, e.getClass().getName(), String.valueOf(e.getMessage()));
            throw new PassFailedException(operation, true, batch, e);
        }
    }
}
