package org.rpt4j.spark;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;

/** A backend whose calls last until they are interrupted. */
public final class BlockingProvider implements BackendProvider {

    static final String NAME = "blocking";

    private static volatile Runnable blocked = () -> {};
    private static volatile CountDownLatch cancelled = new CountDownLatch(1);

    /** For {@link java.util.ServiceLoader}. */
    public BlockingProvider() {}

    /** Runs something when the next call blocks. */
    static void whenBlocked(Runnable action) {
        cancelled = new CountDownLatch(1);
        blocked = action;
    }

    /** Waits until the call was interrupted. */
    static void awaitCancelled() throws InterruptedException {
        cancelled.await();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public Availability availability() {
        return new Availability.Available("never answers");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.GENERATE, Capability.LOG_PROBS);
    }

    @Override
    public Backend create(BackendContext context) {
        return new Backend() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public Set<Capability> capabilities() {
                return BlockingProvider.this.capabilities();
            }

            @Override
            public Policy openPolicy(ModelSource model) {
                return new BlockingPolicy();
            }

            @Override
            public void close() {}
        };
    }

    private static final class BlockingPolicy implements Policy {

        @Override
        public ModelDescription description() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long version() {
            return 0;
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            throw block();
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            throw block();
        }

        private static OperationCancelledException block() {
            blocked.run();
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("nobody counts down");
            } catch (InterruptedException e) {
                cancelled.countDown();
                return new OperationCancelledException("interrupted", e);
            }
        }

        @Override
        public void close() {}
    }
}
