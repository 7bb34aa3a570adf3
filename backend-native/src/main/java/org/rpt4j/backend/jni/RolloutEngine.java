package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.spi.kit.RunningCompletion;

/**
 * Samples groups of rollouts. A prompt is prefilled once, when its first rollout starts, and leaves the cache when its
 * last rollout ends. A prefix that prompts share is prefilled once for all of them. When a rollout ends, the next one
 * starts immediately. What a rollout samples depends only on its random key, so this scheduling never changes a result.
 * Used within one call of {@link ModelHandle#useInterruptibly}.
 */
final class RolloutEngine implements AutoCloseable {

    private static final String OPERATION = "generation";

    private final ModelHandle model;
    private final PolicyComputation policy;
    private final List<Prompt> prompts;
    private final SamplingOptions sampling;
    private final CachePlan plan;
    private final Cache cache;
    private final RunningTrunks trunks;
    private final @Nullable RunningGroup[] groups;
    /** Ordered by prompt and member, so that rollouts of one prompt are adjacent. */
    private List<RunningRow> running = new ArrayList<>();

    private int started;

    RolloutEngine(
            ModelHandle model,
            PolicyComputation policy,
            int maxSequences,
            List<Prompt> prompts,
            SamplingOptions sampling) {
        this.model = model;
        this.policy = policy;
        this.prompts = prompts;
        this.sampling = sampling;
        PrefixTree tree = new PrefixTree(prompts.stream().map(Prompt::tokens).toList(), model.tokensPerPage());
        this.trunks = new RunningTrunks(tree, prompts);
        this.plan = CachePlan.of(model, policy.weights(), maxSequences, prompts, tree, sampling);
        this.groups = new RunningGroup[prompts.size()];
        this.cache = new Cache(model, policy.weights(), plan);
    }

    List<RolloutGroup> run() {
        while (true) {
            model.checkGoesOn(OPERATION);
            List<RunningRow> fresh = start();
            if (!fresh.isEmpty()) {
                sample(fresh);
                running.addAll(fresh);
                retire();
            } else if (running.isEmpty()) {
                break;
            } else {
                cache.append(running);
                sample(running);
                retire();
            }
        }
        return Arrays.stream(groups)
                .map(group -> Objects.requireNonNull(group).result())
                .toList();
    }

    /** Starts waiting rollouts while there is room, and prefills their prompts. */
    private List<RunningRow> start() {
        List<RunningRow> fresh = new ArrayList<>();
        List<Cache.Unread> unread = new ArrayList<>();
        int members = sampling.groupSize();
        while (running.size() + fresh.size() < plan.sequences() && started < (long) prompts.size() * members) {
            int index = started / members;
            @Nullable RunningGroup group = groups[index];
            if (group == null) {
                Prompt prompt = prompts.get(index);
                int node = cache.add(trunks.nodeFor(index, cache, unread));
                group = new RunningGroup(index, prompt, node, members);
                groups[index] = group;
                unread.add(new Cache.Unread(
                        node, Arrays.copyOfRange(prompt.tokens(), plan.sharedTokens(index), prompt.tokens().length)));
            }
            fresh.add(new RunningRow(
                    group,
                    cache.add(group.node()),
                    new RunningCompletion(
                            group.prompt(), started % members, sampling, model.shape.config.contextLength())));
            started++;
        }
        cache.read(unread, () -> model.checkGoesOn(OPERATION));
        return fresh;
    }

    private void sample(List<RunningRow> rows) {
        int[] tokens = new int[rows.size()];
        double[] logProbs = new double[rows.size()];
        cache.sample(rows, sampling, tokens, logProbs);
        for (int i = 0; i < tokens.length; i++) {
            rows.get(i).completion().append(tokens[i], logProbs[i]);
            model.checkGoesOn(OPERATION);
        }
    }

    private void retire() {
        List<RunningRow> rest = new ArrayList<>(running.size());
        for (RunningRow row : running) {
            if (row.completion().isFinished()) {
                cache.remove(row.node());
                row.group().finish(row.completion().rollout(policy.version()));
                if (row.group().isFinished()) {
                    cache.remove(row.group().node());
                    trunks.leave(row.group().index(), cache);
                }
            } else {
                rest.add(row);
            }
        }
        running = rest;
    }

    @Override
    public void close() {
        cache.close();
    }
}
