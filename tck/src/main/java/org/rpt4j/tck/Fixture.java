package org.rpt4j.tck;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/**
 * What one check works with: the backend under test, one tiny model on disk, and the reference over the same
 * checkpoint. Everything is opened when it is first asked for and closed with the fixture. Not thread-safe.
 */
final class Fixture implements AutoCloseable {

    /** As what {@link #policy()} is opened: a trainable policy must keep every rule of a policy, too. */
    enum Role {
        POLICY,
        TRAINABLE_POLICY
    }

    private final Subject subject;
    private final TinyModel model;
    private final Path directory;
    private final Role role;
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private @Nullable ModelSource source;
    private @Nullable Backend backend;
    private @Nullable Policy policy;
    private @Nullable ReferencePolicy reference;

    /**
     * A fixture.
     *
     * @param directory an empty directory of its own
     */
    Fixture(Subject subject, TinyModel model, Path directory) {
        this(subject, model, directory, Role.POLICY);
    }

    Fixture(Subject subject, TinyModel model, Path directory, Role role) {
        this.subject = subject;
        this.model = model;
        this.directory = directory;
        this.role = role;
    }

    Subject subject() {
        return subject;
    }

    TinyModel model() {
        return model;
    }

    Tolerances tolerances() {
        return subject.tolerances();
    }

    /** A path in the directory of this check that does not exist yet. */
    Path path(String name) {
        return directory.resolve(name);
    }

    /** The checkpoint of the tiny model. */
    ModelSource source() {
        if (source == null) {
            source = model.write(path("model"));
        }
        return source;
    }

    /** Names and shapes of the weights. */
    List<WeightSpec> specs() {
        return WeightLayout.of(model.config()).all();
    }

    /** The weights of the checkpoint, read anew. */
    ReferenceModel weights() {
        return ReferenceModel.read(source().directory());
    }

    /** The backend, opened with the options of the subject. */
    Backend backend() {
        if (backend == null) {
            backend = openBackend(UnaryOperator.identity());
        }
        return backend;
    }

    /** Another instance of the backend, opened with changed options. */
    Backend openBackend(UnaryOperator<BackendOptions> change) {
        Backend opened = subject.open(change.apply(subject.options()));
        closers.push(opened::close);
        return opened;
    }

    /** The policy over {@link #source()}, one per fixture. */
    Policy policy() {
        if (policy == null) {
            policy = openPolicy(backend());
        }
        return policy;
    }

    /** A policy over {@link #source()} in the role that is under test. */
    Policy openPolicy(Backend from) {
        Policy opened = role == Role.POLICY ? from.openPolicy(source()) : from.openTrainablePolicy(source());
        closers.push(opened::close);
        return opened;
    }

    /** A new trainable policy over {@link #source()}. */
    TrainablePolicy openTrainable() {
        TrainablePolicy opened = backend().openTrainablePolicy(source());
        closers.push(opened::close);
        return opened;
    }

    /** A new scorer over {@link #source()}. */
    ProxyScorer openScorer() {
        ProxyScorer opened = backend().openProxyScorer(source());
        closers.push(opened::close);
        return opened;
    }

    /** The slow truth over {@link #source()}, one per fixture. */
    ReferencePolicy reference() {
        if (reference == null) {
            reference = openReference();
        }
        return reference;
    }

    /** A new slow truth over {@link #source()}. */
    ReferencePolicy openReference() {
        ReferencePolicy opened = new ReferencePolicy(source());
        closers.push(opened::close);
        return opened;
    }

    /** A new slow truth of scoring over {@link #source()}. */
    ReferenceProxyScorer openReferenceScorer() {
        ReferenceProxyScorer opened = new ReferenceProxyScorer(source());
        closers.push(opened::close);
        return opened;
    }

    /** Closes everything that was opened, the last first, and takes back an interruption that a check left behind. */
    @Override
    public void close() {
        Thread.interrupted();
        @Nullable RuntimeException failure = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
