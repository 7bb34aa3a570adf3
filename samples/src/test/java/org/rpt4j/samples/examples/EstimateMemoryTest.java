package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimateMemoryTest {

    /** Full training keeps at least weights, gradients and two moments of 4 bytes for each parameter. */
    @Test
    void aRowHasTheMemoryOfEveryKindOfWork(@TempDir Path folder) throws IOException {
        String row = EstimateMemory.row("native", EstimateMemory.SHAPES.get(1), folder);

        String[] cells = row.split(" *\\| *");
        double adapterBf16 = Double.parseDouble(cells[5]);
        double full = Double.parseDouble(cells[7]);
        assertThat(row).startsWith("| 1.1B | ");
        assertThat(full).isBetween(1.1e9 * 16 / (1 << 30), 40.0);
        assertThat(adapterBf16).isGreaterThan(1.1e9 * 2 / (1 << 30)).isLessThan(full / 2);
        assertThat(Double.parseDouble(cells[6])).isLessThan(adapterBf16);
    }
}
