package org.rpt4j.tck.wrong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.tck.reference.ReferenceBackend;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules T34 to T39, B25 and B26. */
final class WrongAdapters {

    private WrongAdapters() {}

    static List<WrongTwin> all() {
        return List.of(
                ofSource("T34", "divides alpha by the rank under rsLoRA, too", WrongAdapters::plainScale),
                WrongTwin.ofPolicy("T34", "samples without the adapter", SamplingWithout::new),
                WrongTwin.ofPolicy("T35", "forgets the scale in the gradient", Unscaled::new),
                WrongTwin.ofPolicy("T36", "moves the frozen weights a little, too", Drifting::new),
                WrongTwin.ofPolicy("T37", "leaves the adapter on", LeftOn::new),
                WrongTwin.ofPolicy("T38", "writes the adapter into the weights", Merging::new),
                WrongTwin.ofOptimizer(
                        "T39", "starts afresh instead of restoring the moments of an adapter", Afresh::new),
                WrongTwin.ofBackend(
                        "B25",
                        "scores without the adapter",
                        options -> new ForwardingBackend(new ReferenceBackend(options)) {
                            @Override
                            public ProxyScorer openProxyScorer(ModelSource model) {
                                return super.openProxyScorer(model.withoutAdapter());
                            }
                        }),
                ofSource("B26", "leaves out an adapter that does not fit", WrongAdapters::fittingOnly));
    }

    private static WrongTwin ofSource(String rule, String mistake, UnaryOperator<ModelSource> change) {
        return WrongTwin.ofBackend(rule, mistake, options -> new ForwardingBackend(new ReferenceBackend(options)) {
            @Override
            public Policy openPolicy(ModelSource model) {
                return super.openPolicy(change.apply(model));
            }

            @Override
            public TrainablePolicy openTrainablePolicy(ModelSource model) {
                return super.openTrainablePolicy(change.apply(model));
            }
        });
    }

    private static ModelSource plainScale(ModelSource model) {
        return model.adapter().map(adapter -> model.withAdapter(plain(adapter))).orElse(model);
    }

    private static Path plain(Path adapter) {
        try {
            Path copy = Files.createTempDirectory("wrong");
            Files.copy(adapter.resolve("adapter_model.safetensors"), copy.resolve("adapter_model.safetensors"));
            Files.writeString(
                    copy.resolve("adapter_config.json"),
                    Files.readString(adapter.resolve("adapter_config.json"))
                            .replace("\"use_rslora\" : true", "\"use_rslora\" : false"));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ModelSource fittingOnly(ModelSource model) {
        try {
            new ReferencePolicy(model).close();
            return model;
        } catch (ModelFormatException e) {
            return model.withoutAdapter();
        }
    }

    private static final class SamplingWithout extends ForwardingPolicy {
        private final boolean adapted;

        SamplingWithout(ReferencePolicy delegate, ModelSource source) {
            super(delegate);
            this.adapted = source.adapter().isPresent();
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return adapted ? withoutAdapter().generate(prompts, options) : super.generate(prompts, options);
        }
    }

    private static final class Unscaled extends ForwardingPolicy {
        private final boolean adapted;

        Unscaled(ReferencePolicy delegate, ModelSource source) {
            super(delegate);
            this.adapted = source.adapter().isPresent();
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                @Override
                public void backward(TokenValues weights) {
                    double[] values = Arrays.stream(weights.values())
                            .map(weight -> adapted ? weight * 3 / 5 : weight)
                            .toArray();
                    super.backward(TokenValues.of(batch, values));
                }
            };
        }
    }

    private static final class Drifting extends ForwardingPolicy {
        private final ModelSource source;

        Drifting(ReferencePolicy delegate, ModelSource source) {
            super(delegate);
            this.source = source;
        }

        @Override
        public Policy withoutAdapter() {
            ReferencePolicy drifted = new ReferencePolicy(source.withoutAdapter());
            drifted.model().weights()[WeightLayout.FINAL_NORM][0] += 1e-6 * version();
            return new ForwardingPolicy(drifted) {
                @Override
                public TokenValues logProbs(TokenBatch batch) {
                    delegate().model().weights()[WeightLayout.FINAL_NORM][0] += 1e-6 * Drifting.this.version();
                    return super.logProbs(batch);
                }
            };
        }
    }

    private static final class LeftOn extends ForwardingPolicy {
        LeftOn(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public Policy withoutAdapter() {
            return this;
        }
    }

    private static final class Merging extends ForwardingPolicy {
        private final ModelSource source;

        Merging(ReferencePolicy delegate, ModelSource source) {
            super(delegate);
            this.source = source;
        }

        @Override
        public void save(Path directory) {
            if (source.adapter().isEmpty()) {
                super.save(directory);
                return;
            }
            Path adapter = directory.resolveSibling("unmerged");
            super.save(adapter);
            CheckpointWriter.merge(directory, source.withAdapter(adapter), DType.F32);
        }
    }

    private static final class Afresh extends ForwardingOptimizer {
        private final boolean adapted;

        Afresh(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
            this.adapted = isAdapted(policy);
        }

        private static boolean isAdapted(TrainablePolicy policy) {
            try (Policy frozen = policy.withoutAdapter()) {
                return frozen.version() == 0;
            } catch (IllegalStateException e) {
                return false;
            }
        }

        @Override
        public void restoreState(Path file) {
            if (!adapted) {
                super.restoreState(file);
            }
        }
    }
}
