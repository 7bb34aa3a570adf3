package org.rpt4j.samples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoryTest {

    private static final Inference NINE = new Inference(8, " 9", " 4 + 5 = 9.", "quantity");

    @Test
    void holdsAnswersThatStandAtTheirOffset() {
        assertThat(new Story("Mara has 9 plums.", List.of(NINE)).inferences()).containsExactly(NINE);
    }

    @Test
    void rejectsAnAnswerThatStandsElsewhere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Story("Mara owns 9 plums.", List.of(NINE)))
                .withMessageContaining("' 9'");
    }

    @Test
    void rejectsInferencesOutOfOrder() {
        Inference plums = new Inference(10, " plums", " plums", "noun");
        assertThatIllegalArgumentException().isThrownBy(() -> new Story("Mara has 9 plums.", List.of(plums, NINE)));
    }

    @Test
    void anInferenceStartsWithOneSpace() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Inference(0, "9", " 4 + 5 = 9.", "quantity"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Inference(0, " 9", "4 + 5 = 9.", "quantity"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Inference(0, "  9", " 4 + 5 = 9.", "quantity"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Inference(-1, " 9", " 4 + 5 = 9.", "quantity"));
    }
}
