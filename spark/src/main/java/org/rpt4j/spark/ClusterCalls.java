package org.rpt4j.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.Workload;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.RunningCompletion;

/** The calls of a policy, computed by a cluster. Thread-safe. */
final class ClusterCalls {

    private final Cluster cluster;
    private final ClusterOptions options;
    private final InputLimits limits;
    private final ExecutorMemory memory;
    private final StopConditions stops;

    /** @param limits what the model can read */
    ClusterCalls(Cluster cluster, ClusterOptions options, InputLimits limits, ExecutorMemory memory) {
        this.cluster = cluster;
        this.options = options;
        this.limits = limits;
        this.memory = memory;
        this.stops = new StopConditions(options.cutOnDriver());
    }

    /** {@link org.rpt4j.api.Policy#generate} with some weights. */
    List<RolloutGroup> generate(RemoteModel model, long version, List<Prompt> given, SamplingOptions sampling) {
        List<Prompt> prompts = limits.requireContinuable(given, sampling);
        Interrupts.check("generation");
        Optional<StopRecipe> recipe = stops.recipe(sampling.stopCondition());
        if (prompts.isEmpty()) {
            return List.of();
        }
        List<List<Prompt>> chunks = Chunks.of(prompts, options.promptsPerTask());
        memory.require(workload(chunks, sampling));
        List<WireReader> answers = cluster.run(
                "rollouts of " + prompts.size() + " prompts",
                model,
                new Operation.Generate(sampling, recipe.orElseGet(StopRecipe.Never::new)),
                chunks.stream().map(Operation.Generate::items).toList());
        List<RolloutGroup> groups = new ArrayList<>(prompts.size());
        for (int i = 0; i < chunks.size(); i++) {
            groups.addAll(Operation.Generate.groups(answers.get(i), chunks.get(i), version));
        }
        return recipe.isPresent()
                ? groups
                : groups.stream().map(group -> cut(group, sampling)).toList();
    }

    private Workload workload(List<List<Prompt>> chunks, SamplingOptions sampling) {
        int longest = chunks.stream()
                .flatMap(List::stream)
                .mapToInt(prompt -> prompt.tokens().length)
                .max()
                .orElseThrow();
        return new Workload(
                Capability.GENERATE,
                chunks.get(0).size(),
                sampling.groupSize(),
                longest,
                Math.min(sampling.maxTokens(), limits.contextLength() - 1));
    }

    /** A token depends on those before it alone, so what was sampled beyond the end changes nothing before it. */
    private RolloutGroup cut(RolloutGroup group, SamplingOptions sampling) {
        return new RolloutGroup(
                group.prompt(),
                group.rollouts().stream()
                        .map(rollout -> cut(group.prompt(), rollout, sampling))
                        .toList());
    }

    private Rollout cut(Prompt prompt, Rollout whole, SamplingOptions sampling) {
        RunningCompletion running = new RunningCompletion(prompt, whole.member(), sampling, limits.contextLength());
        for (int i = 0; !running.isFinished(); i++) {
            running.append(whole.tokens()[i], whole.logProbs()[i]);
            Interrupts.check("generation");
        }
        return running.rollout(whole.policyVersion());
    }

    /** {@link org.rpt4j.api.Policy#logProbs} with some weights. */
    TokenValues logProbs(RemoteModel model, TokenBatch given) {
        TokenBatch batch = limits.requireComputable(given);
        Interrupts.check("log-probabilities");
        List<List<Group>> chunks = Chunks.of(Group.of(batch), options.promptsPerTask());
        if (batch.completionCount() == 0) {
            return TokenValues.of(batch, new double[0]);
        }
        memory.require(workload(chunks));
        List<double[]> parts = cluster
                .run(
                        "log-probabilities of " + batch.completionCount() + " completions",
                        model,
                        new Operation.LogProbs(batch.temperature()),
                        chunks.stream().map(Operation.LogProbs::items).toList())
                .stream()
                .map(WireReader::reals)
                .toList();
        double[] values = parts.stream().flatMapToDouble(Arrays::stream).toArray();
        Chunks.requireAll("log-probabilities", values.length, batch.completionTokenCount());
        return TokenValues.of(batch, values);
    }

    private static Workload workload(List<List<Group>> chunks) {
        List<Group> all = chunks.stream().flatMap(List::stream).toList();
        return new Workload(
                Capability.LOG_PROBS,
                chunks.get(0).size(),
                all.stream().mapToInt(group -> group.completions().size()).max().orElseThrow(),
                all.stream().mapToInt(group -> group.prompt().length).max().orElseThrow(),
                all.stream().mapToInt(Group::longestCompletion).max().orElseThrow());
    }
}
