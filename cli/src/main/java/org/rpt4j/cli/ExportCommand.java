package org.rpt4j.cli;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.ModelKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a checkpoint as ONNX. */
@Command(
        name = "export",
        description = {
            "Write a checkpoint as an ONNX model in single precision, to score with it or to serve it elsewhere.",
            "The weights go beside the graph, to its name with .data. Its directory also gets config.json and the tokenizer, so that it is a complete"
                    + " model: 'score' and 'generate' take it as --model.directory with --backend.name onnx."
        },
        footer = {"", "Example:", "  rpt4j export --model.directory MODEL --out exported"})
final class ExportCommand implements Runnable, ConfiguredCommand {

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where to write: a directory, which gets model.onnx, or the graph itself, such as"
                    + " exported/model.onnx. Nothing is overwritten.")
    private Path out;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "FAST",
            description = "FAST uses the operators of ONNX Runtime, to score and to generate. PORTABLE uses opset 23 of"
                    + " the ONNX standard, for other runtimes; this library only scores with it"
                    + " (default: ${DEFAULT-VALUE}).")
    private GraphForm form;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return List.of(ModelKeys.DIRECTORY, ModelKeys.ADAPTER, ModelKeys.ACCEPT_CONFIG);
    }

    @Override
    public void run() {
        Path graph = GraphFile.of(out);
        OnnxExporter.export(choice.configuration().model(ModelKeys.DIRECTORY), graph, form);
        spec.commandLine().getErr().println(GraphFile.written(graph));
    }
}
