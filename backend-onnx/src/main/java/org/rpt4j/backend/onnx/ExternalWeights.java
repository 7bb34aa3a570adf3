package org.rpt4j.backend.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.proto.ExternalData;

/**
 * The weights of a graph that lie in files beside it. Model caches keep files under the hash of their content and link
 * to them; ONNX Runtime follows no links, so the graph is made to name the real file.
 *
 * @param graph the graph with the real names
 * @param directory where the real files are; empty if there are none
 */
record ExternalWeights(GraphProto graph, Optional<Path> directory) {

    /**
     * Finds every file and checks that it is long enough.
     *
     * @throws ModelFormatException if one is missing, cut short, or outside of the model's directory by its name
     */
    static ExternalWeights resolve(Path file, GraphProto graph) {
        Map<String, Path> files = new HashMap<>();
        GraphProto.Builder resolved = graph.toBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            if (ExternalData.isExternal(tensor)) {
                String location = ExternalData.location(tensor)
                        .orElseThrow(() -> new ModelFormatException(
                                file + ": \"" + tensor.getName() + "\" lies outside of the graph, but nothing says where"));
                Path real = files.computeIfAbsent(location, name -> real(file, name));
                requireLength(file, tensor, real);
                resolved.setInitializer(i, ExternalData.moved(tensor, real.getFileName().toString()));
            }
        }
        long directories = files.values().stream().map(Path::getParent).distinct().count();
        if (directories > 1) {
            throw new ModelFormatException(file + " has its weights in several directories: " + files.values()
                    + ". Put them into one.");
        }
        return new ExternalWeights(
                resolved.build(), files.values().stream().map(Path::getParent).findFirst());
    }

    private static Path real(Path file, String location) {
        try {
            Path relative = Path.of(location).normalize();
            if (relative.isAbsolute() || relative.startsWith("..")) {
                throw new ModelFormatException(
                        file + " has weights in \"" + location + "\", which is outside of its own directory");
            }
            Path found = file.toAbsolutePath().resolveSibling(relative);
            if (!Files.isRegularFile(found)) {
                throw new ModelFormatException(file + " has weights in " + location + ", which is missing: there is no "
                        + found + ". The two belong together under these names.");
            }
            return found.toRealPath();
        } catch (InvalidPathException | IOException e) {
            throw new ModelFormatException(file + " has weights in \"" + location + "\": " + e, e);
        }
    }

    private static void requireLength(Path file, TensorProto tensor, Path data) {
        try {
            long offset = Long.parseLong(ExternalData.offset(tensor).orElse("0"));
            long length = Long.parseLong(ExternalData.length(tensor).orElse("0"));
            long found = Files.size(data);
            if (offset < 0 || length < 0 || offset > found - length) {
                throw new ModelFormatException(data + " is cut short: it has " + found + " bytes, but \""
                        + tensor.getName() + "\" of " + file.getFileName() + " takes " + length + " from " + offset);
            }
        } catch (NumberFormatException e) {
            throw new ModelFormatException(file + ": the place of \"" + tensor.getName() + "\" is no number", e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + data + ": " + e, e);
        }
    }
}
