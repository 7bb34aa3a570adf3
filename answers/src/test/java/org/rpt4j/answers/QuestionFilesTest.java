package org.rpt4j.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blue.strategic.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.answers.QuestionOptions.AnswerPart;
import org.rpt4j.answers.QuestionOptions.ChoiceAnswer;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.setting.SettingsConflictException;
import org.rpt4j.core.corpus.CorpusOptions;

class QuestionFilesTest {

    private static final CorpusOptions THREE_BAD =
            CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(3).build();

    @TempDir
    private Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static List<Question> read(Path file, QuestionOptions options) {
        List<Question> questions = new ArrayList<>();
        QuestionFiles.open(file, options).forEach(questions::add);
        return questions;
    }

    private static QuestionOptions.Builder options() {
        return QuestionOptions.builder();
    }

    private static QuestionOptions choices(String... fields) {
        return options().choicesFields(List.of(fields)).build();
    }

    @Test
    void everyFormatHoldsTheSameQuestions() throws IOException {
        MessageType schema = new MessageType(
                "row",
                Types.required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named("question"),
                Types.required(PrimitiveTypeName.DOUBLE).named("answer"));
        Path parquet = folder.resolve("a.parquet");
        try (ParquetWriter<Integer> writer = ParquetWriter.writeFile(schema, parquet.toFile(), (row, values) -> {
            values.write("question", "What is " + row + "?");
            values.write("answer", (double) row);
        })) {
            writer.write(1);
            writer.write(2);
        }
        List<Path> files = List.of(
                parquet,
                write(
                        "a.jsonl",
                        "{\"question\": \"What is 1?\", \"answer\": 1}\n"
                                + "{\"question\": \"What is 2?\", \"answer\": \"2\"}\n"),
                write(
                        "a.json",
                        "[{\"question\": \"What is 1?\", \"answer\": \"1\"},"
                                + " {\"answer\": 2, \"question\": \"What is 2?\"}]"),
                write("a.csv", "question,answer\nWhat is 1?,1\nWhat is 2?,2\n"),
                write("a.tsv", "question\tanswer\nWhat is 1?\t1\nWhat is 2?\t2\n"));
        for (Path file : files) {
            String name = file.getFileName().toString();
            assertThat(read(file, QuestionOptions.DEFAULTS))
                    .containsExactly(
                            new Question(name + "#1", "What is 1?", List.of(), GoldAnswer.of("1"), null),
                            new Question(name + "#2", "What is 2?", List.of(), GoldAnswer.of("2"), null));
        }
    }

    @Test
    void theAnswerIsTakenFromAWorkedSolution() throws IOException {
        Path gsm = write("g.jsonl", "{\"question\": \"How many?\", \"answer\": \"3 + 4 = 7\\n#### 1,007\"}\n");
        assertThat(read(gsm, QuestionOptions.GSM8K).get(0).gold()).isEqualTo(GoldAnswer.of("1,007"));
        Path math = write(
                "m.jsonl",
                "{\"problem\": \"How many?\", \"type\": \"Algebra\","
                        + " \"solution\": \"So \\\\boxed{3}, no: $\\\\boxed{\\\\frac{1}{2}}$.\"}\n");
        Question question = read(math, QuestionOptions.MATH).get(0);
        assertThat(question.gold()).isEqualTo(GoldAnswer.of("\\frac{1}{2}"));
        assertThat(question.category()).contains("Algebra");
    }

    @Test
    void aPatternThatNeverMatchesIsTold() throws IOException {
        Path file = write("g.jsonl", "{\"question\": \"How many?\", \"answer\": \"7\"}\n".repeat(3));
        assertThatThrownBy(() -> read(file, QuestionOptions.GSM8K))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 1: field \"answer\" does not match the pattern ####");
        QuestionOptions tolerant =
                QuestionOptions.GSM8K.toBuilder().limits(THREE_BAD).build();
        assertThatThrownBy(() -> read(file, tolerant))
                .hasMessageContaining("Every row of the question files is bad")
                .hasMessageContaining("does not match the pattern");
        assertThatThrownBy(() -> options().answerPattern("(")).hasMessageContaining("must be a regular expression");
        assertThatThrownBy(() -> options().answerPattern("x").build()).isInstanceOf(SettingsConflictException.class);
        assertThatThrownBy(() -> options().answerPart(AnswerPart.PATTERN).build())
                .isInstanceOf(SettingsConflictException.class);
    }

    @Test
    void aPatternThatOverflowsTheStackIsABadRow() throws IOException {
        Path file = write("g.jsonl", "{\"question\": \"How many?\", \"answer\": \"" + "ab".repeat(200_000) + "\"}\n");
        QuestionOptions repeating = options()
                .answerPart(AnswerPart.PATTERN)
                .answerPattern("(a|b)*#")
                .build();
        assertThatThrownBy(() -> read(file, repeating))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"answer\": \"1\"}",
                "{\"question\": \"Why?\"}",
                "{\"question\": \"Why?\", \"answer\": \"\"}",
                "{\"question\": \"Why?\", \"answer\": \" \"}",
                "{\"question\": \"Why?\", \"answer\": null}",
                "{\"question\": \" \", \"answer\": \"1\"}",
                "{\"question\": [\"Why?\"], \"answer\": \"1\"}",
                "{\"question\": \"Why?\", \"answer\": {\"x\": 1}}",
                "{\"question\": \"Why?\", \"answer\": []}",
                "{\"question\": \"Why?\", \"answer\": [\"1\", null]}",
                "{\"question\": \"Why?\", \"answer\": [\"1\", \"\"]}",
                "{\"question\": \"Why?\", \"answer\": \"1\\u001f2\"}",
                "{\"question\": \"Why?\", \"answer\": \"1\"",
                "not JSON"
            })
    void aRowWithoutAQuestionOrAnAnswerIsBad(String row) throws IOException {
        Path file = write("a.jsonl", row + "\n{\"question\": \"Why?\", \"answer\": \"1\"}\n");
        assertThatThrownBy(() -> read(file, QuestionOptions.DEFAULTS))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a.jsonl, ")
                .hasMessageContaining("line 1");
        QuestionFiles.Pass pass =
                QuestionFiles.open(file, options().limits(THREE_BAD).build()).iterator();
        assertThat(pass.next().id()).isEqualTo("a.jsonl#2");
        assertThat(pass.hasNext()).isFalse();
        assertThat(pass.badRows()).hasSize(1);
    }

    @Test
    void aListOfAnswersIsAcceptedInEachForm() throws IOException {
        Path file = write("a.jsonl", "{\"question\": \"Who?\", \"answer\": {\"aliases\": [\"Ann\", 7, \"Ann\"]}}\n");
        QuestionOptions aliases = options().answerField("answer.aliases").build();
        assertThat(read(file, aliases).get(0).gold().forms()).containsExactly("Ann", "7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"question\": \"Why?\", \"c\": [\"x\", \"y\", \"z\"], \"answer\": \"b\"}; c",
                "{\"question\": \"Why?\", \"c\": {\"text\": [\"x\", \"y\", \"z\"], \"label\": [\"1\", \"2\", \"3\"]},"
                        + " \"answer\": 2}; c",
                "{\"question\": \"Why?\", \"c\": [{\"label\": \"A\", \"text\": \"x\"}, {\"label\": \"B\", \"text\":"
                        + " \"y\"}, {\"label\": \"C\", \"text\": \"z\"}], \"answer\": \"B\"}; c",
                "{\"question\": \"Why?\", \"c\": {\"A\": \"x\", \"B\": \"y\", \"C\": \"z\"}, \"answer\": \"B\"}; c",
                "{\"question\": \"Why?\", \"p\": \"x\", \"q\": \"y\", \"r\": \"z\", \"s\": \"\", \"answer\": \"B\"};"
                        + " p q r s"
            })
    void choicesAreReadAsTheyArePublished(String row, String fields) throws IOException {
        Question question =
                read(write("a.jsonl", row), choices(fields.split(" "))).get(0);
        assertThat(question.choices()).containsExactly("x", "y", "z");
        assertThat(question.gold().forms()).containsExactly("B", "y");
        assertThat(question.textWithChoices()).isEqualTo("Why?\n\nA. x\nB. y\nC. z");
    }

    @ParameterizedTest
    @CsvSource({"TEXT, y", "NUMBER_FROM_0, 1", "NUMBER_FROM_1, 2", "LABEL, B"})
    void theAnswerNamesItsChoice(ChoiceAnswer how, String answer) throws IOException {
        Path file = write("a.jsonl", "{\"question\": \"Why?\", \"c\": [\"x\", \"y\"], \"answer\": \"" + answer + "\"}");
        QuestionOptions options = choices("c").toBuilder().choiceAnswer(how).build();
        assertThat(read(file, options).get(0).gold().shown()).isEqualTo("B");
        Path other = write("b.jsonl", "{\"question\": \"Why?\", \"c\": [\"x\", \"y\"], \"answer\": \"Z9\"}");
        assertThatThrownBy(() -> read(other, options))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("the answer \"Z9\" is none of the 2 choices by " + how);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"question\": \"Why?\", \"c\": [\"x\"], \"answer\": \"A\"}",
                "{\"question\": \"Why?\", \"c\": \"x\", \"answer\": \"A\"}",
                "{\"question\": \"Why?\", \"answer\": \"A\"}",
                "{\"question\": \"Why?\", \"c\": [\"x\", null], \"answer\": \"A\"}",
                "{\"question\": \"Why?\", \"c\": [\"x\", \"\"], \"answer\": \"A\"}",
                "{\"question\": \"Why?\", \"c\": {\"text\": [\"x\", \"y\"], \"label\": [\"A\"]}, \"answer\": \"A\"}"
            })
    void brokenChoicesAreABadRow(String row) throws IOException {
        Path file = write("a.jsonl", row);
        assertThatThrownBy(() -> read(file, choices("c")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a.jsonl, line 1");
    }

    @Test
    void anIdBelongsToOneQuestion() throws IOException {
        Path file = write("a.csv", "id,question,answer\nq7,Why?,1\nq8,How?,2\nq7,When?,3\n");
        QuestionOptions byId = options().idField("id").build();
        assertThatThrownBy(() -> read(file, byId))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("row 3 has the id a.csv#q7 of an earlier question");
        assertThat(read(file, byId.toBuilder().limits(THREE_BAD).build()))
                .extracting(Question::id)
                .containsExactly("a.csv#q7", "a.csv#q8");
        assertThat(read(file, QuestionOptions.DEFAULTS)).hasSize(3);
    }

    @Test
    void aTableWithoutNamesGetsThem() throws IOException {
        Path file = write("a.csv", "Why?,x,y,B\n");
        QuestionOptions named = choices("A", "B").toBuilder()
                .columns(List.of("question", "A", "B", "answer"))
                .build();
        assertThat(read(file, named).get(0).gold().forms()).containsExactly("B", "y");
    }
}
