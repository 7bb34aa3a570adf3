package org.rpt4j.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
 * The setup of one check: the backend under test, one tiny model on disk, and the reference over the same checkpoint.
 * Everything is opened on first use and closed with the fixture. Not thread-safe.
 */
final class Fixture implements AutoCloseable {

    /** The role in which {@link #policy()} is opened: a trainable policy must also keep every rule of a policy. */
    enum Role {
        POLICY,
        TRAINABLE_POLICY
    }

    /** Finite in every format of weights with the range of a single; a product of two is not. */
    private static final double HUGE = 1e30;

    /** The ids without a token in a padded model, but for 36, an added token. */
    static final Set<Integer> ABSENT = Set.of(5, 17, 18, 33, 34, 35);

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
     * Creates a fixture.
     *
     * @param directory an empty directory for this check alone
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

    /**
     * The same backend and role over another checkpoint; closed with this fixture.
     *
     * @param name of a directory for it
     * @param writer writes the checkpoint into the given directory
     */
    Fixture over(String name, Consumer<Path> writer) {
        Fixture other = new Fixture(subject, model, path(name), role);
        Path checkpoint = other.path("model");
        writer.accept(checkpoint);
        other.source = ModelSource.directory(checkpoint);
        other.backend = backend();
        closers.push(other::close);
        return other;
    }

    /** The same checkpoint and role with another instance of the backend; closed with this fixture. */
    Fixture on(Backend another) {
        Fixture other = new Fixture(subject, model, directory, role);
        other.source = source();
        other.backend = another;
        closers.push(other::close);
        return other;
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

    /** Returns a path in the directory of this check that does not exist yet. */
    Path path(String name) {
        return directory.resolve(name);
    }

    /** Returns the checkpoint of the tiny model. */
    ModelSource source() {
        if (source == null) {
            source = model.write(path("model"));
        }
        return source;
    }

    /**
     * Makes the model of this check a padded one: a tokenizer beside it has no token for some ids, in the middle and at
     * the end, whose logits are far larger than the others. Call it before anything is opened.
     */
    void pad() {
        ReferenceModel padded = weights();
        double[] head = padded.weights()[padded.layout().head()];
        int width = head.length / TinyModel.VOCABULARY;
        for (int id = 0; id < TinyModel.VOCABULARY; id++) {
            for (int i = 0; i < width && ABSENT.contains(id); i++) {
                head[id * width + i] *= 20;
            }
        }
        padded.write(source().directory());
        String vocabulary = IntStream.range(0, TinyModel.VOCABULARY)
                .filter(id -> !ABSENT.contains(id))
                .mapToObj(id -> "\"piece" + id + "\": " + id)
                .collect(Collectors.joining(", "));
        try {
            Files.writeString(
                    source().directory().resolve("tokenizer.json"),
                    "{\"version\": \"1.0\", \"added_tokens\": [{\"id\": 36, \"content\": \"piece36\"}],"
                            + " \"model\": {\"type\": \"BPE\", \"vocab\": {" + vocabulary + "}, \"merges\": []}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the tiny model with a head so large that every logit overflows single precision. */
    ModelSource overflowing() {
        ReferenceModel large = weights();
        Arrays.fill(large.weights()[WeightLayout.FINAL_NORM], HUGE);
        Arrays.fill(large.weights()[large.layout().head()], HUGE);
        large.write(path("overflowing"));
        return ModelSource.directory(path("overflowing"));
    }

    /** Returns names and shapes of the weights. */
    List<WeightSpec> specs() {
        return reference().model().layout().all();
    }

    /** Reads the weights of the checkpoint afresh. */
    ReferenceModel weights() {
        return ReferenceModel.read(source().directory());
    }

    /** Returns the backend, opened with the options of the subject. */
    Backend backend() {
        if (backend == null) {
            backend = openBackend(UnaryOperator.identity());
        }
        return backend;
    }

    /** Opens another instance of the backend with changed options. */
    Backend openBackend(UnaryOperator<BackendOptions> change) {
        Backend opened = subject.open(change.apply(subject.options()));
        closers.push(opened::close);
        return opened;
    }

    /** Returns the policy over {@link #source()}, one per fixture. */
    Policy policy() {
        if (policy == null) {
            policy = openPolicy(backend());
        }
        return policy;
    }

    /** Opens a policy over {@link #source()} in the role under test. */
    Policy openPolicy(Backend from) {
        Policy opened = role == Role.POLICY ? from.openPolicy(source()) : from.openTrainablePolicy(source());
        closers.push(opened::close);
        return opened;
    }

    /** Opens a new trainable policy over {@link #source()}. */
    TrainablePolicy openTrainable() {
        TrainablePolicy opened = backend().openTrainablePolicy(source());
        closers.push(opened::close);
        return opened;
    }

    /** Opens a new scorer over {@link #source()}. */
    ProxyScorer openScorer() {
        ProxyScorer opened = backend().openProxyScorer(source());
        closers.push(opened::close);
        return opened;
    }

    /** Returns the reference policy over {@link #source()}, one per fixture. */
    ReferencePolicy reference() {
        if (reference == null) {
            reference = openReference();
        }
        return reference;
    }

    /** Opens a new reference policy over {@link #source()}. */
    ReferencePolicy openReference() {
        ReferencePolicy opened = new ReferencePolicy(source());
        closers.push(opened::close);
        return opened;
    }

    /** Opens a new reference scorer over {@link #source()}. */
    ReferenceProxyScorer openReferenceScorer() {
        ReferenceProxyScorer opened = new ReferenceProxyScorer(source());
        closers.push(opened::close);
        return opened;
    }

    /** Closes everything in reverse order, and clears an interruption that a check left behind. */
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
