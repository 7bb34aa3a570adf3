package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.report.RunReport;

/** The report of a run whose lines come from the input: the first byte says of which file they are. */
class RunReportFuzz {

    private static final Scratch SCRATCH = new Scratch();
    private static final String[] FILES = {
        "metrics.jsonl", "events.jsonl", "evaluations.jsonl", "rollouts.jsonl", "responses.jsonl"
    };
    private static final String RECORD = """
            {"rpt4j":"1","started":"now","java":"17","system":"any","processors":1,"maxHeapBytes":1,"backend":"none",
             "model":{"architecture":"A","parameterCount":1,"vocabularySize":1,"contextLength":1},"seeds":{},"artifacts":[]}
            """;

    @FuzzTest
    void read(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        SCRATCH.file("run.json", RECORD.getBytes(StandardCharsets.UTF_8));
        SCRATCH.file("configuration.json", "[]".getBytes(StandardCharsets.UTF_8));
        for (String file : FILES) {
            SCRATCH.file(file, new byte[0]);
        }
        byte[] lines = Arrays.copyOfRange(input, 1, input.length);
        SCRATCH.file(FILES[(input[0] & 0xff) % FILES.length], lines);
        Promise.readsOrRefuses(() -> RunReport.html(RecordedRun.open(SCRATCH.directory())));
    }
}
