package org.rpt4j.tck.wrong;

import java.util.List;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules P22 to P29. */
final class WrongEndings {

    private WrongEndings() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("P22", "drops the stop token", DroppedStop::new),
                WrongTwin.ofPolicy("P23", "uses one scanner for all rollouts", SharedScanner::new),
                WrongTwin.ofPolicy("P24", "calls every rollout of full length truncated", AlwaysLength::new),
                WrongTwin.ofPolicy("P25", "leaves the last position of the window empty", LastPlaceEmpty::new),
                WrongTwin.ofPolicy("P26", "returns nothing for a prompt that is too long", NothingForLong::new),
                WrongTwin.ofPolicy("P27", "wraps ids into the vocabulary", Wrapping::new),
                WrongTwin.ofPolicy("P28", "keeps working after close", WrongPolicies.Immortal::new),
                WrongTwin.ofPolicy("P29", "reads a prompt when its turn comes", Late::new));
    }

    private static final class Late extends ForwardingPolicy {
        Late(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return prompts.stream()
                    .map(prompt -> super.generate(List.of(prompt), options).get(0))
                    .toList();
        }
    }

    private static final class DroppedStop extends ForwardingPolicy {
        DroppedStop(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return Mistakes.changed(
                    super.generate(prompts, options),
                    rollout -> rollout.finish() == FinishReason.STOP_TOKEN
                            ? Mistakes.shortened(rollout, rollout.length() - 1)
                            : rollout);
        }
    }

    private static final class SharedScanner extends ForwardingPolicy {
        SharedScanner(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            StopCondition.Scanner only = options.stopCondition().newScanner();
            return super.generate(
                    prompts,
                    options.toBuilder()
                            .stopTokens(options.stopTokens())
                            .stopCondition(() -> only)
                            .build());
        }
    }

    private static final class AlwaysLength extends ForwardingPolicy {
        AlwaysLength(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return Mistakes.changed(
                    super.generate(prompts, options),
                    rollout -> rollout.length() < options.maxTokens()
                            ? rollout
                            : new Rollout(
                                    rollout.member(),
                                    rollout.tokens(),
                                    rollout.logProbs(),
                                    FinishReason.LENGTH,
                                    rollout.policyVersion()));
        }
    }

    private static final class LastPlaceEmpty extends ForwardingPolicy {
        LastPlaceEmpty(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            int window = description().contextLength();
            return super.generate(prompts, options).stream()
                    .map(group -> new RolloutGroup(
                            group.prompt(),
                            group.rollouts().stream()
                                    .map(rollout -> group.prompt().tokens().length + rollout.length() < window
                                            ? rollout
                                            : Mistakes.shortened(rollout, rollout.length() - 1))
                                    .toList()))
                    .toList();
        }
    }

    private static final class NothingForLong extends ForwardingPolicy {
        NothingForLong(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return prompts.stream()
                    .map(prompt -> prompt.tokens().length < description().contextLength()
                            ? super.generate(List.of(prompt), options).get(0)
                            : new RolloutGroup(prompt, List.of()))
                    .toList();
        }
    }

    private static final class Wrapping extends ForwardingPolicy {
        Wrapping(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            List<Prompt> wrapped = prompts.stream()
                    .map(prompt -> new Prompt(prompt.id(), Mistakes.wrapped(prompt.tokens(), description())))
                    .toList();
            return super.generate(wrapped, options);
        }
    }
}
