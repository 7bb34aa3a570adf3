package org.rpt4j.cli;

import java.nio.file.Path;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a checkpoint as ONNX. */
@Command(
        name = "export",
        description = {
            "Write a checkpoint as ONNX, in single precision: to score with it, or to serve it elsewhere.",
            "The weights go to <out>.data; config.json and the files of the tokenizer come along, so that the "
                    + "directory is a complete model: give it to --model of score and generate with --backend onnx."
        })
final class ExportCommand implements Runnable {

    @Mixin
    private ModelChoice model;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where to write the graph, such as exported/model.onnx; nothing is overwritten.")
    private Path out;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "FAST",
            description = "FAST: with the operators of ONNX Runtime, to score and to generate. PORTABLE: opset 23 of "
                    + "the ONNX standard, for other runtimes; this library only scores with it "
                    + "(default: ${DEFAULT-VALUE}).")
    private GraphForm form;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        OnnxExporter.export(model.directory(), out, form);
        spec.commandLine().getErr().println("Wrote " + out + " and " + out.getFileName() + ".data.");
    }
}
