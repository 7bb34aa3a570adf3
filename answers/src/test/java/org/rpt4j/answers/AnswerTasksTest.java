package org.rpt4j.answers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class AnswerTasksTest {

    private static final DocumentSplit TENTH = new DocumentSplit(0.1, 0);

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(model, List.of("12", "wh", "at"), List.of("<|end|>")));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private QuestionFiles questions(int count, CorpusOptions limits) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"question\": \"what is ").append(i).append("?\", \"answer\": ");
            lines.append(i == 0 ? 123 : i).append("}\n");
        }
        Path file = Files.writeString(folder.resolve("q.jsonl"), lines);
        return QuestionFiles.open(file, QuestionOptions.builder().limits(limits).build());
    }

    private QuestionFiles questions(int count) throws IOException {
        return questions(count, CorpusOptions.DEFAULTS);
    }

    @Test
    void aQuestionIsATask() throws IOException {
        PredictionTask task = AnswerTasks.task(questions(1).iterator().next(), tokenizer);
        assertThat(tokenizer.decode(task.context())).isEqualTo("what is 0?");
        assertThat(task.documentId()).isEqualTo("q.jsonl#1");
        assertThat(task.position()).isZero();
        assertThat(task.entropy()).isNaN();
        assertThat(new String(task.truth().bytes(), UTF_8)).isEqualTo("123");
        // 12 is one token of this tokenizer, 3 another.
        assertThat(task.truth().boundaries()).containsExactly(2, 3);
        assertThat(task.target()).isEqualTo(256);
    }

    @Test
    void allFormsOfAnAnswerAreInTheTruth() {
        Question question = new Question("a#1", "what?", List.of("x", "1ö"), new GoldAnswer(List.of("B", "1ö")), null);
        PredictionTask task = AnswerTasks.task(question, tokenizer);
        assertThat(tokenizer.decode(task.context())).isEqualTo("what?\n\nA. x\nB. 1ö");
        assertThat(GoldAnswer.of(task.truth().bytes())).isEqualTo(question.gold());
        assertThat(task.truth().isBoundary(1)).isTrue();
        assertThat(task.target()).isEqualTo('B');
    }

    @Test
    void theSplitDependsOnTheIdAlone() throws IOException {
        PreparedTasks few = AnswerTasks.prepare(questions(100), tokenizer, TENTH, 100);
        PreparedTasks many = AnswerTasks.prepare(questions(300), tokenizer, TENTH, 100);
        assertThat(few.heldOut()).isNotEmpty();
        assertThat(few.train().size() + few.heldOut().size()).isEqualTo(100);
        assertThat(ids(many.heldOut())).containsAll(ids(few.heldOut()));
        assertThat(ids(many.train())).containsAll(ids(few.train())).doesNotContainAnyElementsOf(ids(many.heldOut()));
        assertThat(few.train()).extracting(PredictionTask::documentId).noneMatch(TENTH::isHeldOut);
    }

    private static Set<Long> ids(List<PredictionTask> tasks) {
        Set<Long> ids = new HashSet<>();
        tasks.forEach(task -> assertThat(ids.add(task.id())).isTrue());
        return ids;
    }

    @Test
    void theFingerprintIsThatOfTheQuestions() throws IOException {
        String first = AnswerTasks.prepare(questions(50), tokenizer, TENTH, 100)
                .corpus()
                .fingerprint();
        assertThat(AnswerTasks.prepare(questions(50), tokenizer, TENTH, 100)
                        .corpus()
                        .fingerprint())
                .isEqualTo(first);
        QuestionFiles other = questions(50);
        Path file = folder.resolve("q.jsonl");
        Files.writeString(file, Files.readString(file).replace("\"answer\": 7}", "\"answer\": 8}"));
        assertThat(AnswerTasks.prepare(other, tokenizer, TENTH, 100).corpus().fingerprint())
                .isNotEqualTo(first);
    }

    @Test
    void aQuestionThatIsTooLongIsABadRow() throws IOException {
        assertThatThrownBy(() -> AnswerTasks.prepare(questions(20), tokenizer, TENTH, 5))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("Question q.jsonl#1 has ")
                .hasMessageContaining("at most 5 fit");
        int tokens = AnswerTasks.task(questions(1).iterator().next(), tokenizer).context().length;
        CorpusOptions tolerant =
                CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(90).build();
        PreparedTasks tasks = AnswerTasks.prepare(questions(100, tolerant), tokenizer, new DocumentSplit(0, 0), tokens);
        // The numbers of one digit, and 12, which is one token.
        assertThat(tasks.train()).hasSize(11);
        assertThat(tasks.corpus().badLines()).hasSize(89);
    }

    @Test
    void anEmptySideOfTheSplitIsTold() throws IOException {
        assertThatThrownBy(() -> AnswerTasks.prepare(questions(3), tokenizer, new DocumentSplit(1e-9, 0), 100))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("puts none of the 3 questions aside");
        assertThat(AnswerTasks.prepare(questions(3), tokenizer, new DocumentSplit(1, 0), 100)
                        .train())
                .isEmpty();
    }

    @Test
    void anInterruptEndsTheReading() throws IOException {
        QuestionFiles questions = questions(3);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> AnswerTasks.prepare(questions, tokenizer, TENTH, 100))
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
