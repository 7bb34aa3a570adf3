package org.rpt4j.samples.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.answers.Question;
import org.rpt4j.answers.QuestionFiles;
import org.rpt4j.answers.QuestionOptions;
import org.rpt4j.samples.stories.Story;
import org.rpt4j.samples.stories.StoryGenerator;

class StoryQuestionsTest {

    @TempDir
    private Path folder;

    @Test
    void everyStoryGivesAQuestionWhoseAnswerComesNext() {
        Path file = folder.resolve("questions.jsonl");
        StoryQuestions.write(file, 800, 20);
        List<Question> questions = new ArrayList<>();
        QuestionOptions options = QuestionOptions.builder()
                .idField("id")
                .categoryField("category")
                .build();
        QuestionFiles.open(file, options).iterator().forEachRemaining(questions::add);

        assertThat(questions).hasSize(20);
        for (int i = 0; i < 20; i++) {
            Story story = new StoryGenerator().story(800 + i);
            Question question = questions.get(i);
            assertThat(story.text())
                    .startsWith(question.text() + " " + question.gold().joined());
            assertThat(question.category()).isPresent();
        }
    }
}
