package org.rpt4j.tck.wrong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules T24 to T28 and O19 to O21. */
final class WrongSnapshots {

    private WrongSnapshots() {}

    static List<WrongTwin> all() {
        return List.of(
                ofWeights("T24", "refers to the weights instead of copying them", LiveWeights::new),
                ofWeights("T25", "belongs to the thread that took it", (policy, right) -> new ThreadBound(right)),
                ofWeights(
                        "T26",
                        "asks the policy before it writes",
                        (policy, right) -> new AskingFirst(policy::description, right)),
                ofWeights("T27", "lets the file system error through", (policy, right) -> new RawError(right)),
                ofWeights("T28", "still writes after close", (policy, right) -> new NeverClosed(right)),
                WrongTwin.ofOptimizer("O19", "forgets moments and step count", Forgetful::new),
                ofState(
                        "O20",
                        "asks the optimizer before it writes",
                        (optimizer, right) -> new AskingFirst(optimizer::stepCount, right)),
                ofState("O21", "still writes after close", (optimizer, right) -> new NeverClosed(right)));
    }

    private static WrongTwin ofWeights(
            String rule, String mistake, BiFunction<ReferencePolicy, Snapshot, Snapshot> spoil) {
        return WrongTwin.ofPolicy(rule, mistake, policy -> new ForwardingPolicy(policy) {
            @Override
            public Snapshot snapshot() {
                return spoil.apply(policy, super.snapshot());
            }
        });
    }

    private static WrongTwin ofState(String rule, String mistake, BiFunction<Optimizer, Snapshot, Snapshot> spoil) {
        return WrongTwin.ofOptimizer(
                rule, mistake, (policy, options) -> new ForwardingOptimizer(policy.openOptimizer(options)) {
                    @Override
                    public Snapshot snapshotState() {
                        return spoil.apply(this, super.snapshotState());
                    }
                });
    }

    private static final class LiveWeights extends ForwardingSnapshot {
        private final ReferencePolicy policy;

        LiveWeights(ReferencePolicy policy, Snapshot right) {
            super(right);
            this.policy = policy;
        }

        @Override
        public void write(Path target) {
            policy.save(target);
        }
    }

    private static final class ThreadBound extends ForwardingSnapshot {
        private final Thread owner = Thread.currentThread();

        ThreadBound(Snapshot right) {
            super(right);
        }

        @Override
        public void write(Path target) {
            if (Thread.currentThread() != owner) {
                throw new IllegalStateException("this snapshot belongs to " + owner.getName());
            }
            super.write(target);
        }
    }

    private static final class AskingFirst extends ForwardingSnapshot {
        private final Runnable question;

        AskingFirst(Runnable question, Snapshot right) {
            super(right);
            this.question = question;
        }

        @Override
        public void write(Path target) {
            question.run();
            super.write(target);
        }
    }

    private static final class RawError extends ForwardingSnapshot {
        RawError(Snapshot right) {
            super(right);
        }

        @Override
        public void write(Path target) {
            try {
                super.write(target);
            } catch (CheckpointException e) {
                throw new UncheckedIOException(new IOException(e.getMessage(), e));
            }
        }
    }

    private static final class NeverClosed extends ForwardingSnapshot {
        NeverClosed(Snapshot right) {
            super(right);
        }

        @Override
        public void close() {
            // The mistake is to do nothing.
        }
    }

    private static final class Forgetful extends ForwardingOptimizer {
        private final Snapshot asOpened = super.snapshotState();

        Forgetful(ReferencePolicy policy, OptimizerOptions options) {
            super(policy.openOptimizer(options));
        }

        @Override
        public Snapshot snapshotState() {
            return asOpened;
        }
    }
}
