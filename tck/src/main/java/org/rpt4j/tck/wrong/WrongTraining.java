package org.rpt4j.tck.wrong;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules T10 to T19. */
final class WrongTraining {

    private WrongTraining() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("T10", "ignores a second backward", SilentSecondBackward::new),
                WrongTwin.ofPolicy("T11", "accepts weights of the wrong length", AnyShape::new),
                WrongTwin.ofPolicy("T12", "replaces non-finite weights with 0", NanToZero::new),
                WrongTwin.ofPolicy("T13", "closes the open pass for the next one", ReplacingPass::new),
                WrongTwin.ofPolicy("T14", "fails on a second close of a pass", CloseOnce::new),
                WrongTwin.ofPolicy("T15", "never raises the version", Versionless::new),
                WrongTwin.ofPolicy("T16", "samples with the weights as they were loaded", StaleSampler::new),
                WrongTwin.ofPolicy("T17", "truncates prompts and wraps ids", CuttingAndWrapping::new),
                WrongTwin.ofPolicy("T18", "ignores interruptions", DeafForward::new),
                WrongTwin.ofPolicy("T19", "ignores calls after close", Indifferent::new));
    }

    private static final class SilentSecondBackward extends ForwardingPolicy {
        SilentSecondBackward(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                private boolean used;

                @Override
                public void backward(TokenValues weights) {
                    if (!used) {
                        used = true;
                        super.backward(weights);
                    }
                }
            };
        }
    }

    private static final class AnyShape extends ForwardingPolicy {
        AnyShape(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                @Override
                public void backward(TokenValues weights) {
                    double[] fitting = Arrays.copyOf(weights.values(), batch.completionTokenCount());
                    super.backward(TokenValues.of(batch, fitting));
                }
            };
        }
    }

    private static final class NanToZero extends ForwardingPolicy {
        NanToZero(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                @Override
                public void backward(TokenValues weights) {
                    double[] finite = Arrays.stream(weights.values())
                            .map(w -> Double.isFinite(w) ? w : 0)
                            .toArray();
                    super.backward(TokenValues.of(batch, finite));
                }
            };
        }
    }

    private static final class ReplacingPass extends ForwardingPolicy {
        private @Nullable ForwardPass open;

        ReplacingPass(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            if (open != null) {
                open.close();
            }
            open = super.forward(batch);
            return open;
        }
    }

    private static final class CloseOnce extends ForwardingPolicy {
        CloseOnce(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return new ForwardingPass(super.forward(batch)) {
                private boolean closed;

                @Override
                public void close() {
                    if (closed) {
                        throw new IllegalStateException("closed twice");
                    }
                    closed = true;
                    super.close();
                }
            };
        }
    }

    private static final class Versionless extends ForwardingPolicy {
        Versionless(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public long version() {
            return Math.min(0, super.version());
        }
    }

    private static final class StaleSampler extends ForwardingPolicy {
        private final ReferencePolicy asLoaded;

        StaleSampler(ReferencePolicy delegate, ModelSource source) {
            super(delegate);
            this.asLoaded = new ReferencePolicy(source);
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            return asLoaded.generate(prompts, options);
        }
    }

    private static final class CuttingAndWrapping extends ForwardingPolicy {
        CuttingAndWrapping(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return super.forward(Mistakes.forced(batch, description()));
        }
    }

    private static final class DeafForward extends ForwardingPolicy {
        DeafForward(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public ForwardPass forward(TokenBatch batch) {
            return Mistakes.deaf(() -> super.forward(batch));
        }
    }

    private static final class Indifferent extends ForwardingPolicy {
        private boolean closed;

        Indifferent(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public void save(Path directory) {
            if (!closed) {
                super.save(directory);
            }
        }

        @Override
        public void close() {
            closed = true;
            super.close();
        }
    }
}
