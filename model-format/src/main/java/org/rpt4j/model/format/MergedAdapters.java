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
    static void requireNew(Path adapter, Path checkpoint, Map<String, String> metadata) {
        if (metadata.containsKey(KEY) && hashes(metadata).contains(hash(adapter))) {
            throw new ModelFormatException("the adapter " + adapter + " was merged into " + checkpoint
                    + " before: its weights contain it. Use the checkpoint without the adapter, or the adapter with the"
                    + " checkpoint that it was trained on.");
        }
    }

    /** Returns the metadata of a checkpoint with the same adapters in it as another. */
    static Map<String, String> keep(Map<String, String> metadata, Path source) {
        if (!Files.exists(source.resolve(CheckpointFiles.SINGLE))
                && !Files.exists(source.resolve(CheckpointFiles.INDEX))) {
            return metadata;
        }
        Map<String, String> kept = new TreeMap<>(metadata);
        boolean interrupted = Thread.interrupted(); // headers are short, and whoever saves wants the file
        try (CheckpointFiles files = CheckpointFiles.open(source, name -> true)) {
            String hashes = files.metadata().get(KEY);
            if (hashes != null) {
                kept.put(KEY, hashes);
            }
            return kept;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns the metadata with one more adapter. */
    static Map<String, String> with(Map<String, String> metadata, Path adapter) {
        Set<String> hashes = hashes(metadata);
        hashes.add(hash(adapter));
        Map<String, String> more = new TreeMap<>(metadata);
        more.put(KEY, String.join(",", hashes));
        return more;
    }

    private static Set<String> hashes(Map<String, String> metadata) {
        Set<String> hashes =
                new TreeSet<>(Arrays.asList(metadata.getOrDefault(KEY, "").split(",")));
        hashes.remove("");
        return hashes;
    }
}
