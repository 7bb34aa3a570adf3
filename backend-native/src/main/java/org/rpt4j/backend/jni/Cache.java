package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.SamplingOptions;

/** The KV cache of a run in the engine's memory: prompts and, below them, rollouts. */
final class Cache implements AutoCloseable {

    /** Parent of a node at the root. */
    static final int ROOT = -1;

    /** Tokens, at least one, that are still to be computed for a node. */
    static final class Unread {
        private final int node;
        private final int[] tokens;

        Unread(int node, int[] tokens) {
            this.node = node;
            this.tokens = tokens;
        }
    }

    private final ModelHandle model;
    private final CachePlan plan;
    private final long generator;
    private final Runnable closer;

    Cache(ModelHandle model, UsedWeights weights, CachePlan plan) {
        this.model = model;
        this.plan = plan;
        long opened = NativeEngine.openGenerator(
                model.model(), weights.name(), (int) plan.pages(), plan.rows(), (int) plan.nodes());
        this.generator = opened;
        this.closer = () -> NativeEngine.closeGenerator(opened);
        model.onClose(closer);
    }

    int add(int parent) {
        return NativeEngine.addNode(generator, parent);
    }

    void remove(int node) {
        NativeEngine.removeNode(generator, node);
    }

    /** Computes the tokens of nodes, {@code plan.rows()} per pass; runs {@code between} after each full pass. */
    void read(List<Unread> unread, Runnable between) {
        List<Integer> nodes = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        int[] tokens = new int[plan.rows()];
        int filled = 0;
        for (Unread one : unread) {
            int[] prompt = one.tokens;
            for (int from = 0; from < prompt.length; ) {
                int count = Math.min(prompt.length - from, plan.rows() - filled);
                System.arraycopy(prompt, from, tokens, filled, count);
                nodes.add(one.node);
                counts.add(count);
                filled += count;
                from += count;
                if (filled == plan.rows()) {
                    flush(nodes, counts, tokens, filled);
                    between.run();
                    filled = 0;
                }
            }
        }
        if (filled > 0) {
            flush(nodes, counts, tokens, filled);
        }
    }

    private void flush(List<Integer> nodes, List<Integer> counts, int[] tokens, int filled) {
        NativeEngine.append(
                generator, ints(nodes), ints(counts), filled == tokens.length ? tokens : Arrays.copyOf(tokens, filled));
        nodes.clear();
        counts.clear();
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Appends the last token of each row. */
    void append(List<RunningRow> rows) {
        int[] counts = new int[rows.size()];
        Arrays.fill(counts, 1);
        NativeEngine.append(
                generator,
                rows.stream().mapToInt(RunningRow::node).toArray(),
                counts,
                rows.stream().mapToInt(RunningRow::lastToken).toArray());
    }

    /** Draws the next token of each row. */
    void sample(List<RunningRow> rows, SamplingOptions sampling, int[] tokens, double[] logProbs) {
        NativeEngine.sample(
                generator,
                rows.stream().mapToInt(RunningRow::predictingNode).toArray(),
                rows.stream().mapToDouble(RunningRow::nextUniform).toArray(),
                sampling.logProbTemperature(),
                sampling.temperature() == 0,
                tokens,
                logProbs);
    }

    @Override
    public void close() {
        model.forget(closer);
        closer.run();
    }
}
