package org.rpt4j.tck.wrong;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceBackend;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules P12 to P21. */
final class WrongSamplers {

    private WrongSamplers() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("P12", "uses the words of the key in another order", SwappedKey::new),
                WrongTwin.ofPolicy("P13", "records log-probabilities at temperature 1", RecordingAtOne::new),
                WrongTwin.ofPolicy("P14", "records log-probabilities of a sampler of lower precision", Coarse::new),
                WrongTwin.ofPolicy("P15", "samples at a tiny temperature instead of 0", AlmostGreedy::new),
                WrongTwin.ofPolicy("P16", "numbers the prompts by their position in the call", KeyedByPlace::new),
                WrongTwin.ofPolicy("P17", "draws from one generator that advances with every prompt", MovingOn::new),
                WrongTwin.ofBackend("P18", "draws anew for every wave of sequences", WaveBackend::new),
                WrongTwin.ofPolicy("P19", "returns groups sorted by length, as it decoded them", SortedByLength::new),
                WrongTwin.ofPolicy("P20", "forgets to stamp the version", Unstamped::new),
                WrongTwin.ofPolicy("P21", "notices an interruption only at the end", DeafGenerator::new));
    }

    private static final class SwappedKey extends ForwardingPolicy {
        SwappedKey(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return super.generate(
                    prompts,
                    options.toBuilder()
                            .seed(options.step())
                            .step(options.seed())
                            .build());
        }
    }

    private static final class RecordingAtOne extends ForwardingPolicy {
        RecordingAtOne(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            List<RolloutGroup> groups = super.generate(prompts, options);
            TokenBatch.Builder batch = TokenBatch.builder(1);
            groups.forEach(batch::add);
            double[] values = logProbs(batch.build()).values();
            int[] next = {0};
            return Mistakes.changed(groups, rollout -> {
                int from = next[0];
                next[0] += rollout.length();
                return new Rollout(
                        rollout.member(),
                        rollout.tokens(),
                        Arrays.copyOfRange(values, from, next[0]),
                        rollout.finish(),
                        rollout.policyVersion());
            });
        }
    }

    private static final class Coarse extends ForwardingPolicy {
        private static final int BITS_BELOW_BFLOAT16 = 16;

        Coarse(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return Mistakes.changed(
                    super.generate(prompts, options),
                    rollout -> new Rollout(
                            rollout.member(),
                            rollout.tokens(),
                            Arrays.stream(rollout.logProbs())
                                    .map(Coarse::coarse)
                                    .toArray(),
                            rollout.finish(),
                            rollout.policyVersion()));
        }

        private static double coarse(double value) {
            int bits = Float.floatToRawIntBits((float) value);
            return Float.intBitsToFloat(bits >> BITS_BELOW_BFLOAT16 << BITS_BELOW_BFLOAT16);
        }
    }

    private static final class AlmostGreedy extends ForwardingPolicy {
        AlmostGreedy(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return super.generate(
                    prompts,
                    options.toBuilder()
                            .temperature(Math.max(1e-6, options.temperature()))
                            .build());
        }
    }

    private static final class KeyedByPlace extends ForwardingPolicy {
        KeyedByPlace(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            List<Prompt> numbered = new ArrayList<>();
            for (Prompt prompt : prompts) {
                numbered.add(new Prompt(numbered.size(), prompt.tokens()));
            }
            List<RolloutGroup> groups = super.generate(numbered, options);
            return groups.stream()
                    .map(group ->
                            new RolloutGroup(prompts.get((int) group.prompt().id()), group.rollouts()))
                    .toList();
        }
    }

    private static final class MovingOn extends ForwardingPolicy {
        MovingOn(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            List<RolloutGroup> groups = new ArrayList<>();
            for (Prompt prompt : prompts) {
                SamplingOptions moved = options.toBuilder()
                        .seed(options.seed())
                        .step(options.step() + groups.size())
                        .build();
                groups.addAll(super.generate(List.of(prompt), moved));
            }
            return groups;
        }
    }

    private static final class WaveBackend extends ForwardingBackend {
        private final BackendOptions options;

        WaveBackend(BackendOptions options) {
            super(new ReferenceBackend(options));
            this.options = options;
        }

        @Override
        public Policy openPolicy(ModelSource model) {
            return openTrainablePolicy(model);
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            return new ForwardingPolicy(delegate().openTrainablePolicy(model)) {
                @Override
                public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions sampling) {
                    int waves = prompts.size() * sampling.groupSize() / options.maxSequences();
                    return super.generate(
                            prompts,
                            sampling.toBuilder()
                                    .seed(sampling.seed() + waves)
                                    .step(sampling.step())
                                    .build());
                }
            };
        }
    }

    private static final class SortedByLength extends ForwardingPolicy {
        SortedByLength(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return super.generate(prompts, options).stream()
                    .sorted(Comparator.comparingInt(group -> group.prompt().tokens().length))
                    .toList();
        }
    }

    private static final class Unstamped extends ForwardingPolicy {
        Unstamped(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return Mistakes.changed(
                    super.generate(prompts, options),
                    rollout ->
                            new Rollout(rollout.member(), rollout.tokens(), rollout.logProbs(), rollout.finish(), -1));
        }
    }

    private static final class DeafGenerator extends ForwardingPolicy {
        DeafGenerator(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            StopCondition deaf = () -> {
                StopCondition.Scanner scanner = options.stopCondition().newScanner();
                return token -> {
                    boolean ends = scanner.endsWith(token);
                    Thread.interrupted();
                    return ends;
                };
            };
            return Mistakes.deaf(() -> super.generate(
                    prompts,
                    options.toBuilder()
                            .stopTokens(options.stopTokens())
                            .stopCondition(deaf)
                            .build()));
        }
    }
}
