package org.rpt4j.cli;

import java.util.Map;
import org.rpt4j.run.config.section.TrainingKeys;
import picocli.CommandLine.Command;

/** A cold start: a run that learns thought traces. */
@Command(
        name = "warm-up",
        description = {
            "Teach a model to think before it answers, by supervised training on thought traces: the cold start before"
                    + " reinforcement, for a model that never writes a box. It is the run of training.method=SUPERVISED,"
                    + " so a configuration that is made for 'run' serves here, too.",
            "Traces come from files (--traces.paths), from the model itself where its predictions are right"
                    + " (--traces.from MODEL), or from a teacher (--traces.from TEACHER)."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j warm-up --model.directory MODEL --traces.paths traces.jsonl \\",
            "      --run.directory runs/warm --run.save models/warm"
        })
final class WarmUpCommand extends RunCommand {

    @Override
    Map<String, String> fixed() {
        return Map.of(TrainingKeys.METHOD.name(), TrainingKeys.Method.SUPERVISED.name());
    }
}
