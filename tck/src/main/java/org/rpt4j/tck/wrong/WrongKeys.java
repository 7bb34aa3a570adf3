package org.rpt4j.tck.wrong;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules P34 to P38, and P22 and P25 once more: samplers with room for small numbers only. */
final class WrongKeys {

    private static final int ROOM = 256;

    private WrongKeys() {}

    static List<WrongTwin> all() {
        return List.of(
                ofOptions("P22", "obeys one stop token", WrongKeys::oneStop),
                ofOptions("P25", "lets a limit of 2^31 - 1 overflow", WrongKeys::overflowing),
                ofOptions(
                        "P34",
                        "keeps the seed in 32 bits",
                        options ->
                                options.toBuilder().seed((int) options.seed()).build()),
                ofOptions(
                        "P34",
                        "keeps the step in 32 bits",
                        options ->
                                options.toBuilder().step((int) options.step()).build()),
                of("P34", "keeps the prompt's id in 32 bits", WrongKeys::shortPromptIds),
                of("P35", "gives member 256 the draws of member 0", WrongKeys::repeatedDraws),
                ofOptions(
                        "P36",
                        "keeps temperatures between 0.1 and 2",
                        options -> options.toBuilder()
                                .temperature(Math.min(2, Math.max(0.1, options.temperature())))
                                .build()),
                ofOptions("P37", "compares stop tokens in 16 bits", WrongKeys::shortStops),
                WrongTwin.ofPolicy("P38", "computes the first 256 completions of a batch", FirstCompletions::new));
    }

    private static WrongTwin ofOptions(String rule, String mistake, UnaryOperator<SamplingOptions> change) {
        return WrongTwin.ofPolicy(rule, mistake, policy -> new ForwardingPolicy(policy) {
            @Override
            public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
                return prompts.isEmpty() ? List.of() : super.generate(prompts, change.apply(options));
            }
        });
    }

    private static WrongTwin of(
            String rule, String mistake, BiFunction<ReferencePolicy, Call, List<RolloutGroup>> generation) {
        return WrongTwin.ofPolicy(rule, mistake, policy -> new ForwardingPolicy(policy) {
            @Override
            public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
                return generation.apply(policy, new Call(prompts, options));
            }
        });
    }

    private record Call(List<Prompt> prompts, SamplingOptions options) {}

    private static SamplingOptions oneStop(SamplingOptions options) {
        return options.toBuilder()
                .stopTokens(options.stopTokens().stream().sorted().limit(1).collect(Collectors.toSet()))
                .build();
    }

    private static SamplingOptions overflowing(SamplingOptions options) {
        return options.maxTokens() + 1 > 0
                ? options
                : options.toBuilder().maxTokens(1).build();
    }

    private static SamplingOptions shortStops(SamplingOptions options) {
        Set<Integer> stops = new HashSet<>();
        for (int stop : options.stopTokens()) {
            for (int high = 0; high < 3; high++) {
                stops.add(high << 16 | stop & 0xFFFF);
            }
        }
        return options.toBuilder().stopTokens(stops).build();
    }

    private static List<RolloutGroup> shortPromptIds(ReferencePolicy policy, Call call) {
        List<RolloutGroup> groups = new ArrayList<>();
        for (Prompt prompt : call.prompts()) {
            Prompt cut = new Prompt((int) prompt.id(), prompt.tokens());
            groups.add(new RolloutGroup(
                    prompt, policy.generate(List.of(cut), call.options()).get(0).rollouts()));
        }
        return groups;
    }

    private static List<RolloutGroup> repeatedDraws(ReferencePolicy policy, Call call) {
        int asked = call.options().groupSize();
        SamplingOptions fewer =
                call.options().toBuilder().groupSize(Math.min(ROOM, asked)).build();
        List<RolloutGroup> groups = new ArrayList<>();
        for (RolloutGroup group : policy.generate(call.prompts(), fewer)) {
            List<Rollout> members = new ArrayList<>();
            for (int member = 0; member < asked; member++) {
                Rollout same = group.rollouts().get(member % ROOM);
                members.add(new Rollout(member, same.tokens(), same.logProbs(), same.finish(), same.policyVersion()));
            }
            groups.add(new RolloutGroup(group.prompt(), members));
        }
        return groups;
    }

    private static final class FirstCompletions extends ForwardingPolicy {
        FirstCompletions(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            double[] values = super.logProbs(batch).values().clone();
            for (int c = ROOM; c < batch.completionCount(); c++) {
                for (int i = batch.completionOffsets()[c]; i < batch.completionOffsets()[c + 1]; i++) {
                    values[i] = 0;
                }
            }
            return TokenValues.of(batch, values);
        }
    }
}
