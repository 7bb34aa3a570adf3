package org.rpt4j.model.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rpt4j.api.error.ModelFormatException;

/**
 * The adapters that are part of a checkpoint's weights, as SHA-256 of their files, in the metadata of its safetensors
 * files. Merging one twice would count it twice. Stateless.
 */
final class MergedAdapters {

    private static final String KEY = "rpt4j.merged_adapters";

    private MergedAdapters() {}

    /** Returns the hash of an adapter's weights. */
    static String hash(Path adapter) {
        Path file = adapter.resolve(Adapter.WEIGHTS);
        try {
            Sha256 hash = new Sha256();
            hash.add(file, () -> {});
            return hash.hex();
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Refuses an adapter that was merged into a checkpoint before. */
    static void requireNew(Path adapter, Path checkpoint) {
        Set<String> merged = of(checkpoint);
        if (!merged.isEmpty() && merged.contains(hash(adapter))) {
            throw new ModelFormatException("the adapter " + adapter + " was merged into " + checkpoint
                    + " before: its weights contain it. Use the checkpoint without the adapter, or the adapter with the"
                    + " checkpoint that it was trained on.");
        }
    }

    /** Returns the hashes of a checkpoint's adapters; none if it has no weights. */
    static Set<String> of(Path checkpoint) {
        if (!Files.exists(checkpoint.resolve(CheckpointFiles.SINGLE))
                && !Files.exists(checkpoint.resolve(CheckpointFiles.INDEX))) {
            return Set.of();
        }
        boolean interrupted = Thread.interrupted(); // headers are short, and whoever saves wants the file
        try (CheckpointFiles files = CheckpointFiles.open(checkpoint, name -> true)) {
            Set<String> hashes = new TreeSet<>(
                    Arrays.asList(files.metadata().getOrDefault(KEY, "").split(",")));
            hashes.remove("");
            return hashes;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns the metadata of a checkpoint that has these adapters in it. */
    static Map<String, String> metadata(Map<String, String> plain, Set<String> hashes) {
        Map<String, String> metadata = new TreeMap<>(plain);
        if (!hashes.isEmpty()) {
            metadata.put(KEY, String.join(",", hashes));
        }
        return metadata;
    }
}
