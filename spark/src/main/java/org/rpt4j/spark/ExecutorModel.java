package org.rpt4j.spark;

import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.Backends;

/** A model that is open in an executor, with its backend and, once asked for, its tokenizer. Not thread-safe. */
final class ExecutorModel implements AutoCloseable {

    private final Backend backend;
    private final ModelSource source;
    private final String fingerprint;
    private final @Nullable Policy policy;
    private final @Nullable ProxyScorer scorer;
    private @Nullable HashedTokenizer tokenizer;

    private ExecutorModel(RemoteModel model, Backend backend, ModelSource source) {
        this.backend = backend;
        this.source = source;
        this.fingerprint = Fingerprint.of(backend, model.options());
        this.policy = switch (model.role()) {
            case POLICY -> backend.openPolicy(source);
            case TRAINED -> backend.openTrainablePolicy(source);
            case SCORER -> null;
        };
        this.scorer = model.role() == ExecutorRole.SCORER ? backend.openProxyScorer(source) : null;
    }

    /**
     * Opens a model.
     *
     * @param source where its files are on this machine
     * @throws org.rpt4j.api.error.RptException if the backend or the model cannot be opened
     */
    static ExecutorModel open(RemoteModel model, ModelSource source) {
        Backend backend = Backends.open(model.backend(), model.options());
        try {
            return new ExecutorModel(model, backend, source);
        } catch (RuntimeException | Error e) {
            backend.close();
            throw e;
        }
    }

    /** What the bits of its results depend on. */
    String fingerprint() {
        return fingerprint;
    }

    Policy policy() {
        return requireRole(policy);
    }

    /** The same policy, for passes and gradients. */
    TrainablePolicy trained() {
        return requireRole(policy instanceof TrainablePolicy trainable ? trainable : null);
    }

    ProxyScorer scorer() {
        return requireRole(scorer);
    }

    private static <T> T requireRole(@Nullable T model) {
        if (model == null) {
            throw new IllegalStateException("the model was opened in another role");
        }
        return model;
    }

    HashedTokenizer tokenizer() {
        if (tokenizer == null) {
            tokenizer = HashedTokenizer.of(Tokenizer.open(source.directory()));
        }
        return tokenizer;
    }

    @Override
    public void close() {
        try (backend) {
            if (tokenizer != null) {
                tokenizer.tokenizer().close();
            }
        }
    }
}
