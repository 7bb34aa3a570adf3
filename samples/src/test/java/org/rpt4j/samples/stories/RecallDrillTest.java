package org.rpt4j.samples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RecallDrillTest {

    private static final Pattern TOLD = Pattern.compile(" (\\w+) the (\\w+)[,.]| the (\\w+) with (\\w+)[,.]");

    @Test
    void aListIsRepeatedTwice() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            RecallDrill drill = RecallDrill.repeat(random);
            assertThat(drill.list()).matches("( \\w+){3,8}\\.");
            assertThat(drill.recall()).isEqualTo(drill.list() + drill.list());
        }
    }

    @Test
    void whatIsAskedForWasTold() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 200; i++) {
            RecallDrill drill = RecallDrill.lookUp(random);
            List<String> told = TOLD.matcher(drill.list())
                    .results()
                    .map(pair -> pair.group(1) != null
                            ? pair.group(1) + " " + pair.group(2)
                            : pair.group(4) + " " + pair.group(3))
                    .toList();
            Matcher asked = Pattern.compile(" (\\w+): (\\w+)\\.").matcher(drill.recall());
            int answers = 0;
            for (; asked.find(); answers++) {
                assertThat(told)
                        .containsAnyOf(asked.group(1) + " " + asked.group(2), asked.group(2) + " " + asked.group(1));
            }
            assertThat(answers).isEqualTo(told.size()).isBetween(2, 4);
        }
    }
}
