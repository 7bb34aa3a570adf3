package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.SourceFiles;

/** The other files of a model directory. Stateless. */
final class ModelFiles {

    /** Files that other tools, and this backend, expect beside a graph; copied if the source has them. */
    private static final List<String> COMPANIONS = List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "tokenizer.model",
            "special_tokens_map.json",
            "chat_template.jinja",
            "chat_template.json");

    /** Bytes that are compared at a time. */
    private static final int COMPARED = 1 << 16;

    private ModelFiles() {}

    /** Returns the file of a graph's weights. */
    static Path dataFile(Path graph) {
        return graph.resolveSibling(graph.getFileName() + ".data");
    }

    /** Two files cannot be replaced atomically, so a crash would mix old and new. */
    private static void requireAbsent(Path file) {
        if (Files.exists(file)) {
            throw new StorageException(file + " already exists. Delete it, or choose another name.");
        }
    }

    /**
     * Writes a model: its weights, then configuration and tokenizer, and finally the graph. The graph has its temporary
     * name from the start, so that weights which a killed process left without a graph are known as such. Deletes the
     * weights if what follows them fails.
     *
     * @param source directory of the model that it was made from
     * @param weights writes the file beside the graph
     * @param model the graph; called when the weights are written
     */
    static void write(
            Path graph, Path source, AtomicFiles.IOConsumer<OutputStream> weights, Supplier<ModelProto> model) {
        Path data = dataFile(graph);
        boolean[] written = new boolean[1];
        try {
            AtomicFiles.replace(graph, out -> {
                AtomicFiles.replace(data, weights);
                written[0] = true;
                copyCompanions(source, graph);
                model.get().writeTo(out);
            });
        } catch (RuntimeException e) {
            try {
                if (written[0]) {
                    Files.deleteIfExists(data);
                }
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /**
     * Refuses to write a graph into a directory with another model's configuration or tokenizer, or with a graph of
     * that name.
     */
    static void requireRoom(Path source, Path graph) {
        requireAbsent(graph);
        // Weights without their graph that a killed export left are replaced.
        if (!AtomicFiles.wasAbandoned(graph)) {
            requireAbsent(dataFile(graph));
        }
        for (String name : COMPANIONS) {
            Path to = graph.resolveSibling(name);
            if (Files.exists(to) && differ(source, name, to)) {
                throw new StorageException(to + " already exists and differs from that of " + source
                        + ": it belongs to another model. Choose an empty directory.");
            }
        }
    }

    private static boolean differ(Path source, String name, Path other) {
        try (InputStream one = SourceFiles.open(source, name).orElse(null);
                InputStream two = Files.newInputStream(other)) {
            if (one == null) {
                return false;
            }
            byte[] left = one.readNBytes(COMPARED);
            byte[] right = two.readNBytes(COMPARED);
            while (left.length > 0 && Arrays.equals(left, right)) {
                left = one.readNBytes(COMPARED);
                right = two.readNBytes(COMPARED);
            }
            return left.length + right.length > 0;
        } catch (IOException e) {
            throw new StorageException("cannot compare " + other + " with that of " + source + ": " + e, e);
        }
    }

    /** Copies missing configuration and tokenizer files from one model directory to that of a graph. */
    private static void copyCompanions(Path source, Path graph) {
        for (String name : COMPANIONS) {
            Path to = graph.resolveSibling(name);
            if (!Files.exists(to)) {
                copy(source, name, to);
            }
        }
    }

    private static void copy(Path source, String name, Path to) {
        try (InputStream content = SourceFiles.open(source, name).orElse(null)) {
            if (content != null) {
                AtomicFiles.replace(to, content::transferTo);
            }
        } catch (IOException e) {
            throw new StorageException("cannot copy " + name + " of " + source + ": " + e, e);
        }
    }
}
