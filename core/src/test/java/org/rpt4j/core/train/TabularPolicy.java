package org.rpt4j.core.train;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.GradientWorkers;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.OptimizerStep;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * A table of logits: the next token depends only on the last one. Exact gradients, plain gradient descent, and switches
 * that make it break its contract.
 */
public final class TabularPolicy implements TrainablePolicy {

    public final double[][] logits;
    final double[][] gradient;
    final int contextLength;
    int backwards;
    int zeroed;
    int steps;
    boolean passOpen;
    long versionLie;

    @Nullable
    Policy sampler;

    Optional<GradientWorkers> workers = Optional.empty();
    double poison;
    public DoubleUnaryOperator forwardFault = DoubleUnaryOperator.identity();
    Runnable atForward = () -> {};
    Runnable atGenerate = () -> {};
    private long version;
    private boolean anyBackward;

    public TabularPolicy(int vocabulary, int contextLength) {
        this.logits = new double[vocabulary][vocabulary];
        this.gradient = new double[vocabulary][vocabulary];
        this.contextLength = contextLength;
    }

    @Override
    public ModelDescription description() {
        return new ModelDescription("Tabular", (long) logits.length * logits.length, logits.length, contextLength);
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public Policy sampler() {
        return sampler == null ? this : sampler;
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        atGenerate.run();
        List<RolloutGroup> groups = new ArrayList<>();
        for (Prompt prompt : prompts) {
            List<Rollout> rollouts = new ArrayList<>();
            for (int m = 0; m < options.groupSize(); m++) {
                rollouts.add(rollout(prompt, m, options));
            }
            groups.add(new RolloutGroup(prompt, rollouts));
        }
        return groups;
    }

    private Rollout rollout(Prompt prompt, int member, SamplingOptions options) {
        int last = prompt.tokens()[prompt.tokens().length - 1];
        StopCondition.Scanner scanner = options.stopCondition().newScanner();
        List<Integer> tokens = new ArrayList<>();
        List<Double> logProbs = new ArrayList<>();
        FinishReason finish = FinishReason.LENGTH;
        int room = Math.min(options.maxTokens(), contextLength - prompt.tokens().length);
        while (tokens.size() < room) {
            if (Thread.currentThread().isInterrupted()) {
                throw new OperationCancelledException("interrupted while sampling");
            }
            double[] p = probabilities(last, options.logProbTemperature());
            last = options.temperature() == 0
                    ? argmax(p)
                    : draw(
                            p,
                            CounterRandom.uniform(options.seed(), options.step(), prompt.id(), member, tokens.size()));
            tokens.add(last);
            logProbs.add(Math.log(p[last]));
            if (options.stopTokens().contains(last)) {
                finish = FinishReason.STOP_TOKEN;
                break;
            }
            if (scanner.endsWith(last)) {
                finish = FinishReason.STOP_CONDITION;
                break;
            }
        }
        return new Rollout(
                member,
                tokens.stream().mapToInt(Integer::intValue).toArray(),
                logProbs.stream().mapToDouble(Double::doubleValue).toArray(),
                finish,
                version + versionLie);
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        double[] values = new double[batch.completionTokenCount()];
        visit(
                batch,
                (index, previous, token) ->
                        values[index] = Math.log(probabilities(previous, batch.temperature())[token]));
        return TokenValues.of(batch, values);
    }

    @Override
    public ForwardPass forward(TokenBatch batch) {
        if (passOpen) {
            throw new IllegalStateException("a pass is open");
        }
        atForward.run();
        passOpen = true;
        return new Pass(batch);
    }

    private final class Pass implements ForwardPass {

        private final TokenBatch batch;

        Pass(TokenBatch batch) {
            this.batch = batch;
        }

        @Override
        public TokenValues logProbs() {
            double[] values = TabularPolicy.this.logProbs(batch).values();
            for (int i = 0; i < values.length; i++) {
                values[i] = forwardFault.applyAsDouble(values[i]);
            }
            return TokenValues.of(batch, values);
        }

        @Override
        public void backward(TokenValues weights) {
            weights.requireShapeOf(batch);
            backwards++;
            anyBackward = true;
            visit(batch, (index, previous, token) -> {
                double[] p = probabilities(previous, batch.temperature());
                for (int s = 0; s < p.length; s++) {
                    double score = ((s == token ? 1 : 0) - p[s]) / batch.temperature();
                    gradient[previous][s] += weights.values()[index] * score + poison;
                }
            });
        }

        @Override
        public void close() {
            passOpen = false;
        }
    }

    @Override
    public GradientAccess gradients() {
        return new Access();
    }

    private final class Access implements GradientAccess {

        @Override
        public long size() {
            return (long) logits.length * logits.length;
        }

        @Override
        public void read(long from, FloatBuffer into) {
            for (int i = (int) from; into.hasRemaining(); i++) {
                into.put((float) gradient[i / logits.length][i % logits.length]);
            }
        }

        @Override
        public void add(long from, FloatBuffer values) {
            anyBackward = true;
            for (int i = (int) from; values.hasRemaining(); i++) {
                gradient[i / logits.length][i % logits.length] += values.get();
            }
        }

        @Override
        public void clear() {
            clearGradients();
        }

        @Override
        public Optional<GradientWorkers> workers() {
            return workers;
        }
    }

    private void clearGradients() {
        anyBackward = false;
        for (double[] row : gradient) {
            Arrays.fill(row, 0);
        }
    }

    /** Gradient descent with the options' rate, weight decay and clip of the global norm. */
    @Override
    public Optimizer openOptimizer(OptimizerOptions options) {
        return new Descent(options);
    }

    private final class Descent implements Optimizer {

        private OptimizerOptions options;

        Descent(OptimizerOptions options) {
            this.options = options;
        }

        @Override
        public OptimizerStep step() {
            steps++;
            double squares = 0;
            for (double[] row : gradient) {
                for (double g : row) {
                    squares += g * g;
                }
            }
            double rate = options.learningRateAt(version + 1);
            double scale = Math.min(1, options.maxGradientNorm() / Math.sqrt(squares));
            boolean applied = anyBackward && Double.isFinite(squares);
            if (applied) {
                version++;
                for (int i = 0; i < logits.length; i++) {
                    for (int j = 0; j < logits.length; j++) {
                        logits[i][j] -= rate * (options.weightDecay() * logits[i][j] + scale * gradient[i][j]);
                    }
                }
            }
            clearGradients();
            return new OptimizerStep(Math.sqrt(squares), applied, rate);
        }

        @Override
        public void zeroGradients() {
            zeroed++;
            clearGradients();
        }

        @Override
        public long stepCount() {
            return version;
        }

        @Override
        public void setLearningRate(double learningRate) {
            options = options.toBuilder().learningRate(learningRate).build();
        }

        @Override
        public void saveState(Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void restoreState(Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    @Override
    public void save(Path directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    private interface TokenVisitor {
        void visit(int index, int previous, int token);
    }

    private static void visit(TokenBatch batch, TokenVisitor visitor) {
        for (int g = 0; g < batch.promptCount(); g++) {
            for (int c = batch.groupOffsets()[g]; c < batch.groupOffsets()[g + 1]; c++) {
                int previous = batch.promptTokens()[batch.promptOffsets()[g + 1] - 1];
                for (int t = batch.completionOffsets()[c]; t < batch.completionOffsets()[c + 1]; t++) {
                    visitor.visit(t, previous, batch.completionTokens()[t]);
                    previous = batch.completionTokens()[t];
                }
            }
        }
    }

    private double[] probabilities(int previous, double temperature) {
        double most = Double.NEGATIVE_INFINITY;
        for (double logit : logits[previous]) {
            most = Math.max(most, logit / temperature);
        }
        double[] p = new double[logits.length];
        double sum = 0;
        for (int s = 0; s < p.length; s++) {
            p[s] = Math.exp(logits[previous][s] / temperature - most);
            sum += p[s];
        }
        for (int s = 0; s < p.length; s++) {
            p[s] /= sum;
        }
        return p;
    }

    private static int draw(double[] p, double uniform) {
        double cumulative = 0;
        for (int s = 0; s < p.length; s++) {
            cumulative += p[s];
            if (uniform < cumulative) {
                return s;
            }
        }
        return p.length - 1;
    }

    private static int argmax(double[] p) {
        int best = 0;
        for (int s = 1; s < p.length; s++) {
            best = p[s] > p[best] ? s : best;
        }
        return best;
    }
}
