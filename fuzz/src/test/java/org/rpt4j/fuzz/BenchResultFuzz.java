package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.rpt4j.bench.result.BenchComparison;
import org.rpt4j.bench.result.BenchResult;

/** The result of a benchmark, everything recomputed from it, and its comparison with itself. */
class BenchResultFuzz {

    @FuzzTest
    void read(byte[] input) throws Exception {
        Promise.readsOrRefuses(() -> {
            BenchResult result = BenchResult.ofJson(input, "result.json");
            return result.toJson().length()
                    + result.toText().length()
                    + result.toHtml().length()
                    + BenchComparison.of(result, result).toJson().length();
        });
    }
}
