package org.rpt4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.Sha256;

/**
 * The files of models on the disk of an executor, each once, by the hash of its content. A model is a directory of
 * links to them, so that the next weights of an adapter bring the adapter's files alone. Not thread-safe.
 */
final class ExecutorFiles {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Path files;
    private final Path models;
    private long fetchedBytes;

    /** @param root an empty directory of its own */
    ExecutorFiles(Path root) {
        this.files = root.resolve("files");
        this.models = root.resolve("models");
    }

    /** A new directory for temporary files that the JVM deletes when it ends. */
    static Path newRoot() {
        try {
            Path root = Files.createTempDirectory("rpt4j-models");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    AtomicFiles.deleteTree(root);
                } catch (IOException e) {
                    return; // the JVM ends, and nobody is left to be told
                }
            }));
            return root;
        } catch (IOException e) {
            throw new StorageException(
                    "cannot create a directory for models in "
                            + System.getProperty("java.io.tmpdir") + ": " + e + ". Set -Djava.io.tmpdir in"
                            + " spark.executor.extraJavaOptions.",
                    e);
        }
    }

    /**
     * Fetches what is missing of a model.
     *
     * @return the model on this machine
     * @throws StorageException if a file cannot be fetched or written, or has another content than its hash says
     */
    ModelSource fetch(RemoteModel model) {
        Path directory = models.resolve(id(model));
        Path checkpoint = directory.resolve("model");
        Path adapter = directory.resolve("adapter");
        try {
            Files.createDirectories(files);
            Files.createDirectories(checkpoint);
            Files.createDirectories(adapter);
            for (ModelFile file : model.files()) {
                Path stored = files.resolve(file.sha256());
                if (!Files.exists(stored)) {
                    fetch(file, model.store(), stored);
                    fetchedBytes += file.bytes();
                }
                Path link = (file.adapter() ? adapter : checkpoint).resolve(file.name());
                if (!Files.exists(link)) {
                    Files.createLink(link, stored);
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    "cannot keep the files of a model in " + directory + ": " + e
                            + ". Free space there, or set -Djava.io.tmpdir in spark.executor.extraJavaOptions.",
                    e);
        }
        return new ModelSource(
                model.gguf().map(checkpoint::resolve).orElse(checkpoint),
                model.hasAdapter() ? Optional.of(adapter) : Optional.empty(),
                model.acceptedConfigKeys());
    }

    /** Bytes of all files that were fetched so far. */
    long fetchedBytes() {
        return fetchedBytes;
    }

    private static void fetch(ModelFile file, String store, Path target) throws IOException {
        Path partial = target.resolveSibling(file.sha256() + ".part");
        Sha256 hash = new Sha256();
        try (InputStream in = hash.adding(open(store, file.sha256()))) {
            Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(partial);
            throw new StorageException(
                    "cannot fetch " + file.name() + " (" + file.bytes() + " bytes) from " + address(store) + " to "
                            + partial + ": " + e + ". Executors need to reach the first, and room for the second: free"
                            + " space there, or set -Djava.io.tmpdir in spark.executor.extraJavaOptions.",
                    e);
        }
        String found = hash.hex();
        if (!found.equals(file.sha256())) {
            Files.delete(partial);
            throw new StorageException(file.name() + " from " + address(store) + " has the hash " + found + ", not "
                    + file.sha256() + ": it changed while the model was open, or was cut off. Leave the files of a"
                    + " model alone while it is open.");
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static InputStream open(String store, String name) throws IOException {
        if (!store.startsWith(WeightServer.SCHEME)) {
            return Files.newInputStream(Path.of(store).resolve(name));
        }
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(store + name).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            // The stream's own exception tells the address with its secret.
            throw new IOException("the answer is " + status);
        }
        return connection.getInputStream();
    }

    /** Without the secret part. */
    private static String address(String store) {
        return store.startsWith(WeightServer.SCHEME)
                ? "the driver, " + URI.create(store).getAuthority()
                : store;
    }

    /**
     * Deletes what no model needs any more.
     *
     * @throws StorageException if something cannot be deleted
     */
    void keepOnly(Collection<RemoteModel> needed) {
        Set<String> directories = needed.stream().map(ExecutorFiles::id).collect(Collectors.toSet());
        Set<String> hashes = needed.stream()
                .flatMap(model -> model.files().stream())
                .map(ModelFile::sha256)
                .collect(Collectors.toSet());
        try {
            deleteOthers(models, directories);
            deleteOthers(files, hashes);
        } catch (IOException e) {
            throw new StorageException("cannot delete the files of a closed model: " + e, e);
        }
    }

    private static void deleteOthers(Path directory, Set<String> kept) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> others;
        try (Stream<Path> all = Files.list(directory)) {
            others = all.filter(path -> !kept.contains(path.getFileName().toString()))
                    .toList();
        }
        for (Path other : others) {
            AtomicFiles.deleteTree(other);
        }
    }

    private static String id(RemoteModel model) {
        WireWriter content = new WireWriter().all(model.files(), (wire, file) -> file.write(wire));
        Sha256 hash = new Sha256();
        hash.add(content.bytes());
        return hash.hex().substring(0, 32);
    }
}
