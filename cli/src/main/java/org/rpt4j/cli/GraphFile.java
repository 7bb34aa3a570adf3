package org.rpt4j.cli;

import java.nio.file.Path;

/** The file of an ONNX graph that a command is to write. */
final class GraphFile {

    private static final String EXTENSION = ".onnx";

    private GraphFile() {}

    /** The graph at {@code --out}: the file of that name, or in a directory of that name. */
    static Path of(Path out) {
        return out.toString().endsWith(EXTENSION) ? out : out.resolve("model" + EXTENSION);
    }

    /** Says what was written. */
    static String written(Path graph) {
        return "Wrote " + graph + " and " + graph.getFileName() + ".data, with config.json and tokenizer beside them.";
    }
}
