package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.rpt4j.core.eval.EvaluationReport;

/** The report of an evaluation, and everything recomputed from it. */
class EvaluationReportFuzz {

    @FuzzTest
    void read(byte[] input) throws Exception {
        String json = new String(input, StandardCharsets.UTF_8);
        Promise.readsOrRefuses(() -> EvaluationReport.parse(json).toJson());
    }
}
