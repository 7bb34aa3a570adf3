package org.rpt4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.model.format.Sha256;

/** The files in a {@link WeightStore}, counted, because models share them. Thread-safe. */
final class PublishedFiles implements AutoCloseable {

    /** Weights in formats that no backend reads. */
    private static final List<String> IGNORED = List.of(".bin", ".pt", ".pth", ".h5", ".msgpack", ".ot");

    private final WeightStore store;
    /** By hash, the paths of equal files; the last is the one that the store has. */
    private final Map<String, List<Path>> uses = new HashMap<>();

    PublishedFiles(WeightStore store) {
        this.store = store;
    }

    String address() {
        return store.address();
    }

    /** The checkpoint, or the GGUF file. */
    List<PublishedFile> publishModel(Path model) {
        return publishModel(model, PublishedFiles::counts);
    }

    /** The tokenizer beside a checkpoint, without its weights; the GGUF file that has it. */
    List<PublishedFile> publishTokenizer(Path model) {
        return publishModel(model, file -> counts(file) && isText(file));
    }

    private List<PublishedFile> publishModel(Path model, Predicate<Path> chosen) {
        return Files.isDirectory(model) ? publish(model, false, chosen) : List.of(publish(model, false, model));
    }

    /** The files of an adapter. */
    List<PublishedFile> publishAdapter(Path directory) {
        return publish(directory, true, PublishedFiles::counts);
    }

    /**
     * Hashes the files of a directory, without those in its subdirectories, and makes them available.
     *
     * @throws ModelFormatException if they cannot be read
     */
    private List<PublishedFile> publish(Path directory, boolean adapter, Predicate<Path> chosen) {
        List<PublishedFile> published = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.filter(chosen).sorted().toList()) {
                published.add(publish(file, adapter, directory));
            }
            return published;
        } catch (IOException e) {
            release(published);
            throw new ModelFormatException("cannot read the files of " + directory + ": " + e, e);
        } catch (RuntimeException | Error e) {
            release(published);
            throw e;
        }
    }

    private static boolean counts(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file)
                && !name.startsWith(".")
                && IGNORED.stream().noneMatch(name::endsWith);
    }

    private static boolean isText(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".json") || name.endsWith(".jinja");
    }

    private PublishedFile publish(Path file, boolean adapter, Path model) {
        try {
            Sha256 hash = new Sha256();
            hash.add(file, () -> {
                if (Thread.currentThread().isInterrupted()) {
                    throw new OperationCancelledException("hashing " + file + " was interrupted");
                }
            });
            String name = file.getFileName().toString();
            ModelFile content = new ModelFile(adapter, name, hash.hex(), Files.size(file));
            retain(content.sha256(), file);
            return new PublishedFile(content, file);
        } catch (IOException e) {
            throw new ModelFormatException("Model " + model + " cannot be read: " + e, e);
        }
    }

    private synchronized void retain(String sha256, Path file) {
        store.add(sha256, file);
        uses.computeIfAbsent(sha256, hash -> new ArrayList<>()).add(file);
    }

    /** Ends the use of files by one model, which may delete them then. */
    synchronized void release(List<PublishedFile> files) {
        for (PublishedFile published : files) {
            String sha256 = published.file().sha256();
            List<Path> paths = uses.getOrDefault(sha256, List.of());
            paths.remove(published.path());
            if (paths.isEmpty()) {
                uses.remove(sha256);
                store.remove(sha256);
            } else {
                store.add(sha256, paths.get(paths.size() - 1));
            }
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
