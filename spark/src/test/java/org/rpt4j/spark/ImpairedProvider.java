package org.rpt4j.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
import org.rpt4j.tck.reference.ReferenceBackend;

/**
 * The reference backend, which one executor has in another version or computes slowly with: the first one that creates
 * the file in the system property {@value #CLAIM}.
 */
public final class ImpairedProvider implements BackendProvider {

    static final String NAME = "impaired";

    /** A file that does not exist yet; without it no executor is impaired. */
    static final String CLAIM = "rpt4j.test.claim";

    /** Milliseconds that each call of the impaired executor lasts longer. */
    static final String DELAY = "rpt4j.test.delay";

    /** For {@link java.util.ServiceLoader}. */
    public ImpairedProvider() {}

    private static final class Holder {
        private static final boolean IMPAIRED = claim();

        private static boolean claim() {
            String claim = System.getProperty(CLAIM);
            try {
                if (claim != null) {
                    Files.createFile(Path.of(claim));
                }
                return claim != null;
            } catch (FileAlreadyExistsException e) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
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
        return new Availability.Available("the reference, with a fault on one machine");
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.GENERATE, Capability.LOG_PROBS);
    }

    @Override
    public Backend create(BackendContext context) {
        return new Impaired(new ReferenceBackend(context.options()));
    }

    private static final class Impaired implements Backend {

        private final ReferenceBackend right;

        Impaired(ReferenceBackend right) {
            this.right = right;
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Optional<String> engine() {
            boolean other = Holder.IMPAIRED && Integer.getInteger(DELAY, 0) == 0;
            return Optional.of(other ? "engine 1.1" : "engine 1.0");
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.GENERATE, Capability.LOG_PROBS);
        }

        @Override
        public Policy openPolicy(ModelSource model) {
            return new Slow(right.openPolicy(model));
        }

        @Override
        public void close() {
            right.close();
        }
    }

    private static final class Slow implements Policy {

        private final Policy right;

        Slow(Policy right) {
            this.right = right;
        }

        private static void delay() {
            try {
                Thread.sleep(Holder.IMPAIRED ? Integer.getInteger(DELAY, 0) : 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OperationCancelledException("interrupted", e);
            }
        }

        @Override
        public ModelDescription description() {
            return right.description();
        }

        @Override
        public long version() {
            return right.version();
        }

        @Override
        public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
            delay();
            return right.generate(prompts, options);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            delay();
            return right.logProbs(batch);
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
