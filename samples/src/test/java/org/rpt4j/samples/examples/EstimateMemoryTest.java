package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateMemoryTest {

    /**
     * Full training keeps at least weights, gradients and two moments of 4 bytes for each parameter. An adapter of a
     * model of 1.1 billion parameters trains in 8 GiB, all weights with moments in bfloat16 in 20.
     */
    @Test
    void theProgramPrintsARowForEachShape() {
        String printed = Printed.by(() -> {
            try {
                EstimateMemory.main(new String[] {"native"});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        List<String> rows = printed.lines().skip(2).toList();
        assertThat(rows).hasSameSizeAs(EstimateMemory.SHAPES);
        assertThat(rows.get(1)).startsWith("| 1.1B | ");
        String[] cells = rows.get(1).split(" *\\| *");
        double lora = Double.parseDouble(cells[4]);
        double full = Double.parseDouble(cells[6]);
        assertThat(full).isBetween(1.1e9 * 16 / (1 << 30), 40.0);
        assertThat(Double.parseDouble(cells[8]))
                .isLessThan(Double.parseDouble(cells[7]))
                .isLessThan(20);
        assertThat(lora).isLessThan(8);
        assertThat(Double.parseDouble(cells[5])).isLessThan(lora);
    }
}
