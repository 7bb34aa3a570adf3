package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;

/** The files of a model directory beside its graph. Stateless. */
final class ModelFiles {

    /** What other tools, and this backend, want to find beside a graph; copied where the source has it. */
    private static final List<String> COMPANIONS = List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "tokenizer.model",
            "special_tokens_map.json",
            "chat_template.jinja");

    private ModelFiles() {}

    /** The file of a graph's weights. */
    static Path dataFile(Path graph) {
        return graph.resolveSibling(graph.getFileName() + ".data");
    }

    /** Two files cannot be replaced at one stroke, so a crash would mix old and new. */
    private static void requireAbsent(Path file) {
        if (Files.exists(file)) {
            throw new StorageException(file + " exists already. Delete it, or choose another name.");
        }
    }

    /**
     * Completes a model whose weights are written: configuration and tokenizer, and the graph at last. Takes the
     * weights back if that fails.
     *
     * @param source directory of the model that it was made from
     */
    static void complete(ModelProto model, Path graph, Path source) {
        Path data = dataFile(graph);
        try {
            copyCompanions(source, graph);
            AtomicFiles.replace(graph, model::writeTo);
        } catch (RuntimeException e) {
            try {
                Files.deleteIfExists(data);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** Refuses to write a graph where another model's configuration or tokenizer is, or a graph of that name. */
    static void requireRoom(Path source, Path graph) {
        requireAbsent(graph);
        requireAbsent(dataFile(graph));
        for (String name : COMPANIONS) {
            Path from = source.resolve(name);
            Path to = graph.resolveSibling(name);
            if (Files.isRegularFile(from) && Files.exists(to) && differ(from, to)) {
                throw new StorageException(to + " is there already and differs from " + from
                        + ": it belongs to another model. Choose an empty directory.");
            }
        }
    }

    private static boolean differ(Path one, Path other) {
        try {
            return Files.mismatch(one, other) >= 0;
        } catch (IOException e) {
            throw new StorageException("cannot compare " + one + " with " + other + ": " + e, e);
        }
    }

    /** Copies configuration and tokenizer from one model directory to that of a graph, where they are missing. */
    private static void copyCompanions(Path source, Path graph) {
        for (String name : COMPANIONS) {
            Path from = source.resolve(name);
            Path to = graph.resolveSibling(name);
            if (Files.isRegularFile(from) && !Files.exists(to)) {
                AtomicFiles.replace(to, out -> Files.copy(from, out));
            }
        }
    }
}
