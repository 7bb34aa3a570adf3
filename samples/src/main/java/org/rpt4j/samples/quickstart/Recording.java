package org.rpt4j.samples.quickstart;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.Provenance;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RecordingOptions;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunRecorder;
import org.rpt4j.run.report.RunReport;

/**
 * The recording of a quickstart: a new run directory each time, with its report.
 *
 * @param directory the run directory
 * @param recorder writes into the directory
 */
record Recording(Path directory, RunRecorder recorder) implements AutoCloseable {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    static Recording open(
            Path output,
            ShippedFiles files,
            Backend backend,
            ModelDescription model,
            Tokenizer tokenizer,
            int steps,
            long seed) {
        Provenance record = Provenance.now(
                backend.name(),
                model,
                Map.of("seed", seed),
                List.of(Artifact.of("model", files.model()), Artifact.of("corpus", files.corpus())));
        RunDirectory run = RunDirectory.create(
                output.resolve("run-" + LocalDateTime.now().format(TIME)),
                record,
                List.of(
                        RecordedSetting.given("steps", Integer.toString(steps), "command line or default"),
                        RecordedSetting.given(
                                "tokens per step", Integer.toString(Experiment.TOKENS_PER_STEP), "quickstart"),
                        RecordedSetting.given(
                                "thoughts per token", Integer.toString(Experiment.GROUP_SIZE), "quickstart")));
        return new Recording(run.path(), run.recorder(tokenizer::decode, RecordingOptions.DEFAULTS));
    }

    Path report() {
        return directory.resolve(RunReport.FILE);
    }

    @Override
    public void close() {
        recorder.close();
        RunReport.write(RecordedRun.open(directory), report());
    }
}
