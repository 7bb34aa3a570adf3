package org.rpt4j.backend.onnx.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.spi.support.AtomicFiles;

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

    /**
     * Refuses to write over something: two files cannot be replaced at one stroke, so a crash would mix old and new.
     */
    static void requireAbsent(Path file) {
        if (Files.exists(file)) {
            throw new CheckpointException(file + " is there already. Delete it, or choose another name.");
        }
    }

    /** Writes a graph whose weights are written; takes them back if it fails. */
    static void writeGraph(ModelProto model, Path graph, Path data) {
        try {
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

    /** Copies configuration and tokenizer from one model directory to that of a graph, if it is another one. */
    static void copyCompanions(Path source, Path graph) {
        Path target = graph.toAbsolutePath().getParent();
        try {
            Files.createDirectories(target);
            for (String name : COMPANIONS) {
                copy(source.resolve(name), target.resolve(name));
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot copy the files of the tokenizer to " + target + ": " + e, e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isRegularFile(from)) {
            return;
        }
        if (!Files.exists(to)) {
            // Not by Files.copy, which would copy the read-only permissions of a cache, too.
            Files.write(to, Files.readAllBytes(from));
        } else if (Files.mismatch(from, to) >= 0) {
            throw new CheckpointException(to + " is there already and differs from " + from
                    + ": it belongs to another model. Choose an empty directory.");
        }
    }
}
