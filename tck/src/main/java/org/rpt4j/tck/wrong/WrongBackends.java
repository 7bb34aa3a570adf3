package org.rpt4j.tck.wrong;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceBackend;

/** Breaks the rules B1 to B8. */
final class WrongBackends {

    private static final long LONGER_THAN_ANYONE_WAITS_MILLIS = 4000;

    private WrongBackends() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofBackend("B1", "is not the provider that is registered", ReferenceBackend::new),
                ofReference("B2", "opens with fewer capabilities than announced", Modest::new),
                new WrongTwin(
                        "B3",
                        "fails with an error of its own for an undeclared capability",
                        ScorerOnly.provider(ScorerOnly::new),
                        ScorerOnly.provider(Surprised::new)),
                ofReference("B4", "leaves its models open", LeavingOpen::new),
                ofReference("B5", "fails on a second close", CloseOnce::new),
                WrongTwin.ofBackend(
                        "B6",
                        "falls back to the CPU silently",
                        options -> new ReferenceBackend(
                                options.toBuilder().device(Device.CPU).build())),
                ofReference("B7", "opens one model for all callers", OneForAll::new),
                ofReference("B8", "leaves a thread behind", ThreadLeak::new));
    }

    private static WrongTwin ofReference(String rule, String mistake, Function<ReferenceBackend, Backend> constructor) {
        return WrongTwin.ofBackend(rule, mistake, options -> constructor.apply(new ReferenceBackend(options)));
    }

    private static final class Modest extends ForwardingBackend {
        Modest(ReferenceBackend delegate) {
            super(delegate);
        }

        @Override
        public Set<Capability> capabilities() {
            return EnumSet.of(Capability.GENERATE, Capability.TRAIN);
        }
    }

    /** A correct backend that only scores; the defaults of {@link Backend} refuse everything else. */
    private static class ScorerOnly implements Backend {
        private static final Set<Capability> ONLY = EnumSet.of(Capability.SCORE);

        private final ReferenceBackend delegate;

        ScorerOnly(BackendOptions options) {
            this.delegate = new ReferenceBackend(options);
        }

        static DecoratedProvider provider(Function<BackendOptions, Backend> constructor) {
            return new DecoratedProvider(ONLY, constructor);
        }

        @Override
        public String name() {
            return delegate.name();
        }

        @Override
        public Set<Capability> capabilities() {
            return ONLY;
        }

        @Override
        public ProxyScorer openProxyScorer(ModelSource model) {
            return delegate.openProxyScorer(model);
        }

        @Override
        public void close() {
            delegate.close();
        }
    }

    private static final class Surprised extends ScorerOnly {
        Surprised(BackendOptions options) {
            super(options);
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            throw new UnsupportedOperationException("not implemented");
        }
    }

    private static final class LeavingOpen extends ForwardingBackend {
        LeavingOpen(ReferenceBackend delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            // The mistake is to do nothing.
        }
    }

    private static final class CloseOnce extends ForwardingBackend {
        private boolean closed;

        CloseOnce(ReferenceBackend delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException("closed twice");
            }
            closed = true;
            super.close();
        }
    }

    private static final class OneForAll extends ForwardingBackend {
        private @Nullable TrainablePolicy only;

        OneForAll(ReferenceBackend delegate) {
            super(delegate);
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            if (only == null) {
                only = super.openTrainablePolicy(model);
            }
            return only;
        }
    }

    private static final class ThreadLeak extends ForwardingBackend {
        ThreadLeak(ReferenceBackend delegate) {
            super(delegate);
            Thread thread = new Thread(ThreadLeak::idle, "left-behind");
            thread.setDaemon(false);
            thread.start();
        }

        private static void idle() {
            try {
                Thread.sleep(LONGER_THAN_ANYONE_WAITS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
