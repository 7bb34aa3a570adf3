package org.rpt4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;

/**
 * The weights of a policy in training, written once per version for executors to fetch. Under an adapter only the
 * adapter is written; the checkpoint stays published from the start. Not thread-safe.
 */
final class PublishedWeights implements AutoCloseable {

    private final TrainablePolicy policy;
    private final ModelSource source;
    private final RemoteModels models;
    private final String owner;
    private final @Nullable Publication base;
    private ExecutorRole role;
    private @Nullable RemoteModel current;
    private List<PublishedFile> currentFiles = List.of();
    private @Nullable Path currentDirectory;
    private long currentVersion;

    /**
     * Publishes the checkpoint under the adapter, if there is one.
     *
     * @param policy not closed here
     */
    PublishedWeights(TrainablePolicy policy, ModelSource source, RemoteModels models, String owner) {
        this.policy = policy;
        this.source = source;
        this.models = models;
        this.owner = owner;
        this.base = source.adapter().isPresent() ? Publication.of(models.files(), source.directory()) : null;
        this.role = base == null ? ExecutorRole.POLICY : ExecutorRole.TRAINED;
    }

    /** Has executors open the weights for training, too, from the next call on. */
    void trainOnExecutors() {
        if (role != ExecutorRole.TRAINED) {
            role = ExecutorRole.TRAINED;
            currentVersion = -1;
        }
    }

    /**
     * The model with the weights of the policy, which have this version.
     *
     * @throws StorageException if they cannot be written
     */
    RemoteModel of(long version) {
        if (current != null && version == currentVersion) {
            return current;
        }
        Path directory = newDirectory();
        try {
            policy.save(directory.resolve("weights"));
            RemoteModel published = publish(directory);
            currentVersion = version;
            return published;
        } catch (RuntimeException | Error e) {
            if (directory != currentDirectory) {
                delete(directory);
            }
            throw e;
        }
    }

    private RemoteModel publish(Path directory) {
        Path saved = directory.resolve("weights");
        Publication publication =
                base == null ? Publication.of(models.files(), saved) : base.withAdapter(models.files(), saved);
        List<PublishedFile> before = currentFiles;
        @Nullable Path directoryBefore = currentDirectory;
        RemoteModel published =
                models.model(owner, role, publication, base == null ? Set.of() : source.acceptedConfigKeys());
        current = published;
        currentFiles = new ArrayList<>(publication.files());
        if (base != null) {
            currentFiles.removeAll(base.files());
        }
        currentDirectory = directory;
        drop(before, directoryBefore);
        return published;
    }

    private void drop(List<PublishedFile> files, @Nullable Path directory) {
        models.files().release(files);
        if (directory != null) {
            delete(directory);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("rpt4j-weights");
        } catch (IOException e) {
            throw new StorageException(
                    "cannot create a directory for weights in " + System.getProperty("java.io.tmpdir") + ": " + e
                            + ". Free space there, or set -Djava.io.tmpdir.",
                    e);
        }
    }

    private static void delete(Path directory) {
        try {
            AtomicFiles.deleteTree(directory);
        } catch (IOException e) {
            throw new StorageException("cannot delete the weights of an earlier version in " + directory + ": " + e, e);
        }
    }

    @Override
    public void close() {
        drop(currentFiles, currentDirectory);
        currentFiles = List.of();
        currentDirectory = null;
        current = null;
        if (base != null) {
            models.files().release(base.files());
        }
    }
}
