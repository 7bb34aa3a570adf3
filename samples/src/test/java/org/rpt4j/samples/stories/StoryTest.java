package org.rpt4j.samples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StoryTest {

    private static final Inference NINE = new Inference(8, " 9", " 4 + 5 = 9.", "quantity");

    @Test
    void holdsAnswersThatStandAtTheirOffset() {
        assertThat(new Story("Mara has 9 plums.", List.of(NINE)).inferences()).containsExactly(NINE);
    }

    @Test
    void rejectsAnAnswerAtTheWrongOffset() {
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

    @Test
    void theSolutionBeginsWithTheLastRunOfAnswers() {
        String text = "Mara has 4. Now 5. A hen sings. Now 6 or 7. So 8. The end.";
        List<Inference> answers = Stream.of(" 5", " 6", " 7", " 8")
                .map(answer -> new Inference(text.indexOf(answer), answer, " so", "quantity"))
                .toList();
        assertThat(text.substring(new Story(text, answers).solutionStart())).isEqualTo("Now 6 or 7. So 8. The end.");
        assertThat(text.substring(new Story(text, answers.subList(0, 1)).solutionStart()))
                .startsWith("Now 5. A hen");
        assertThat(new Story(text, List.of()).solutionStart()).isEqualTo(text.length());
    }

    @Test
    void everyGeneratedStoryHasAProblemAndASolution() {
        for (long seed = 0; seed < 300; seed++) {
            Story story = new StoryGenerator().story(seed);
            String solution = story.text().substring(story.solutionStart());
            assertThat(story.text().charAt(story.solutionStart() - 2)).isEqualTo('.');
            assertThat(solution.length()).isLessThan(story.text().length() / 2);
            assertThat(story.inferences().get(story.inferences().size() - 1).offset())
                    .isGreaterThanOrEqualTo(story.solutionStart());
        }
    }
}
