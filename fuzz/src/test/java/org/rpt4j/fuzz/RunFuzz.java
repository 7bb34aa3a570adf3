package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.concurrent.Callable;
import org.rpt4j.run.directory.RecordedRun;

/** All files of a run directory, each with the same content. */
class RunFuzz {

    private static final Scratch SCRATCH = new Scratch();
    private static final List<String> FILES = List.of(
            "run.json",
            "configuration.json",
            "outcome.json",
            "metrics.jsonl",
            "events.jsonl",
            "evaluations.jsonl",
            "rollouts.jsonl",
            "responses.jsonl");

    @FuzzTest
    void read(byte[] input) throws Exception {
        for (String name : FILES) {
            SCRATCH.file(name, input);
        }
        RecordedRun run = RecordedRun.open(SCRATCH.directory());
        List<Callable<?>> readers = List.of(
                () -> run.provenance().toString(),
                () -> run.configuration().toString(),
                () -> run.outcome().toString(),
                () -> List.copyOf(run.steps()),
                () -> List.copyOf(run.events()),
                () -> List.copyOf(run.evaluations()),
                () -> List.copyOf(run.rollouts()),
                () -> List.copyOf(run.responses()));
        for (Callable<?> reader : readers) {
            Promise.readsOrRefuses(reader);
        }
    }
}
