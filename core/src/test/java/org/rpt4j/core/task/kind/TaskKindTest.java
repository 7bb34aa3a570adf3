package org.rpt4j.core.task.kind;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.TaskKindException;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.TaskKindContext;
import org.rpt4j.spi.TaskKindOptions;
import org.rpt4j.spi.TaskKindProvider;
import org.rpt4j.spi.TaskKinds;

class TaskKindTest {

    private static final String TEXT = "The sun rose. It was cold!  Nobody came to the old h\u00e9rmit\u2019s "
            + "house \ud83c\udfe0 that day. Then night fell.";
    private static final List<String> SENTENCES = List.of(
            "It was cold!",
            "Nobody came to the old h\u00e9rmit\u2019s house \ud83c\udfe0 that day.",
            "Then night fell.");

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open(@TempDir Path directory) {
        // " I" and "!  N" begin before a sentence and end in it; only the second also holds a part of its neighbour.
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(
                directory, List.of(" I", "It", " t", " th", "! ", "!  ", "!  N", "\u00e9"), List.of()));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static TaskKindContext context(int tasks, Map<String, String> options) {
        return new TaskKindContext(
                tokenizer,
                new TaskKindContext.Limits(4, 1000, 1000, 1000, tasks),
                7,
                Locale.ENGLISH,
                new TaskKindOptions(options));
    }

    private static TaskDocument document(String id, String text) {
        return new TaskDocument(id, tokenizer.encode(text), 0, List.of());
    }

    private static List<PredictionTask> tasks(String kind, TaskDocument document) {
        return TaskKinds.discover().create(kind, context(64, Map.of())).tasks(document);
    }

    private static String text(int[] tokens) {
        return tokenizer.decode(tokens);
    }

    private static String truth(PredictionTask task) {
        return new String(task.truth().bytes(), UTF_8);
    }

    private static String whole(PredictionTask task) {
        return text(task.context()) + text(task.continuation()) + text(task.after());
    }

    @Test
    void aSegmentIsASentenceAndAnyBeginningOfItIsRight() {
        TaskDocument document =
                new TaskDocument("d", tokens("The sun rose. It was cold! Then night fell."), 0, List.of());
        List<PredictionTask> tasks = tasks("next-segment", document);
        assertThat(tasks).extracting(TaskKindTest::truth).containsExactly("It was cold!", "Then night fell.");
        assertThat(tasks).allSatisfy(task -> {
            assertThat(task.match()).isEqualTo(TruthMatch.PREFIX);
            assertThat(task.after()).isEmpty();
            assertThat(task.id()).isEqualTo(TaskDocument.taskId("d", task.position()));
            assertThat(text(document.tokens())).startsWith(whole(task));
            assertThat(task.truth().isBoundary(task.truth().bytes().length)).isTrue();
        });
        PredictionTask first = tasks.get(0);
        assertThat(text(first.continuation())).isEqualTo(" It was cold! ");
        assertThat(first.target()).isEqualTo(tokenizer.idOf("\u0120I").orElseThrow());
        assertThat(first.truth().isBoundary(1))
                .as("the token \" I\" ends after the I")
                .isTrue();
    }

    private static int[] tokens(String text) {
        return tokenizer.encode(text);
    }

    @Test
    void aSentenceThatSharesATokenWithItsNeighbourIsLeftOut() {
        assertThat(tasks("next-segment", document("d", TEXT)))
                .extracting(TaskKindTest::truth)
                .doesNotContain(SENTENCES.get(0), SENTENCES.get(1))
                .containsExactly(SENTENCES.get(2));
    }

    @Test
    void aMiddleSegmentShowsTheTextAfterIt() {
        List<PredictionTask> tasks = tasks("middle-segment", document("d", TEXT.replace("!  ", "! ")));
        assertThat(tasks).extracting(TaskKindTest::truth).containsExactly(SENTENCES.get(0), SENTENCES.get(1));
        assertThat(tasks).allSatisfy(task -> assertThat(whole(task)).isEqualTo(TEXT.replace("!  ", "! ")));
    }

    @Test
    void sentencesEndAsInTheLanguageOfTheText() {
        TaskKindContext japanese = new TaskKindContext(
                tokenizer,
                new TaskKindContext.Limits(4, 1000, 1000, 1000, 9),
                7,
                Locale.JAPANESE,
                TaskKindOptions.NONE);
        TaskDocument document = document("d", "\u96e8\u3067\u3059\u3002\u96ea\u3067\u3059\u3002");
        assertThat(TaskKinds.discover().create("next-segment", japanese).tasks(document))
                .extracting(TaskKindTest::truth)
                .containsExactly("\u96ea\u3067\u3059\u3002");
    }

    @Test
    void aMaskHidesWholeWordsAndAsksForAllOfThem() {
        List<PredictionTask> tasks = tasks("masked-span", document("d", TEXT));
        assertThat(tasks).isNotEmpty().allSatisfy(task -> {
            assertThat(whole(task)).isEqualTo(TEXT);
            assertThat(task.match()).isEqualTo(TruthMatch.WHOLE);
            assertThat(truth(task)).isEqualTo(truth(task).strip());
            assertThat(truth(task).split("\\s+"))
                    .hasSizeBetween(1, 4)
                    .allMatch(word -> word.matches("[\\p{L}\u2019]+"));
            assertThat(text(task.after())).doesNotMatch("^\\p{L}.*");
        });
        Set<Integer> lengths = new HashSet<>();
        tasks.forEach(task -> lengths.add(truth(task).split("\\s+").length));
        assertThat(lengths).as("numbers of words").hasSizeGreaterThan(2);
        TaskKind single = TaskKinds.discover().create("masked-span", context(64, Map.of("words", "1")));
        assertThat(single.tasks(document("d", TEXT)))
                .allSatisfy(task -> assertThat(truth(task)).doesNotContain(" "));
    }

    @Test
    void halfOfTheSentencesFollowAndTheOthersAreFromEarlierDocuments() {
        TaskKind kind = TaskKinds.discover().create("next-sentence", context(64, Map.of()));
        int follow = 0;
        int all = 0;
        for (int d = 0; d < 40; d++) {
            String text = IntStream.range(0, 10)
                    .mapToObj("Word %1$d was said. "::formatted)
                    .reduce("Here is the beginning of text " + d + ". ", String::concat);
            String own = text.replace("Word ", "Word " + d + ".");
            for (PredictionTask task : kind.tasks(document("doc" + d, own))) {
                boolean isNext = own.startsWith(text(task.context()) + text(task.after()));
                assertThat(truth(task)).isEqualTo(isNext ? "A" : "B");
                assertThat(text(task.continuation())).isEqualTo(truth(task));
                assertThat(task.match()).isEqualTo(TruthMatch.WHOLE);
                if (!isNext && d > 0) {
                    assertThat(own).doesNotContain(text(task.after()).strip());
                }
                follow += isNext ? 1 : 0;
                all++;
            }
        }
        // 400 fair coins: five standard deviations are 50.
        assertThat(all).isEqualTo(400);
        assertThat(follow).isBetween(150, 250);
    }

    @Test
    void choicesAreTheTruthAndTheProxysOwnWrongTokens() {
        int[] tokens = tokens("The sun rose. It was cold.");
        int place = 13;
        List<Integer> candidates = List.of((int) 'x', tokens[place], (int) '\n', (int) '"', (int) 'y', (int) 'z');
        TaskDocument document = scored(tokens, place, candidates);
        TaskKind kind = TaskKinds.discover().create("multiple-choice", context(64, Map.of("choices", "4")));
        List<PredictionTask> tasks = kind.tasks(document);
        assertThat(tasks).hasSize(1);
        PredictionTask task = tasks.get(0);
        assertThat(text(task.after()).lines().map(line -> line.substring(3)))
                .containsExactlyInAnyOrder("\" I\"", "\"x\"", "\"\\n\"", "\"\\\"\"");
        assertThat(text(task.after())).contains(truth(task) + ". \" I\"");
        assertThat(task.entropy()).isEqualTo(1.5);
        assertThat(task.match()).isEqualTo(TruthMatch.WHOLE);
    }

    @Test
    void aPositionWithTooFewTokensToShowHasNoChoices() {
        int[] tokens = tokens("The sun rose.");
        TaskKind kind = TaskKinds.discover().create("multiple-choice", context(64, Map.of("choices", "4")));
        // Bytes inside a character cannot be shown, whether they are wrong or right.
        List<Integer> half = List.of(0xC3, 0xA9, (int) 'x', (int) 'y');
        assertThat(kind.tasks(scored(tokens, 6, half))).isEmpty();
        assertThat(kind.tasks(
                        scored(new int[] {'a', 'b', 'c', 'd', 0xC3}, 4, List.of(1 + 'a', 'b' + 1, 'e' + 0, 'f' + 0))))
                .isEmpty();
    }

    private static TaskDocument scored(int[] tokens, int place, List<Integer> candidates) {
        return new TaskDocument(
                "d",
                tokens,
                0,
                List.of(new ScoredPosition(
                        TaskDocument.taskId("d", place),
                        place,
                        1.5,
                        false,
                        candidates.stream()
                                .map(token -> new Candidate(token, -1))
                                .toList())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"next-segment", "middle-segment", "masked-span", "next-sentence"})
    void tasksKeepTheirLimits(String name) {
        TaskKindContext narrow = new TaskKindContext(
                tokenizer, new TaskKindContext.Limits(20, 10, 30, 12, 2), 7, Locale.ENGLISH, TaskKindOptions.NONE);
        String text = TEXT.replace("!  ", "! ");
        TaskDocument document = new TaskDocument("d", tokens(text), 25, List.of());
        List<PredictionTask> tasks = TaskKinds.discover().create(name, narrow).tasks(document);
        assertThat(tasks).isNotEmpty().hasSizeLessThanOrEqualTo(2).allSatisfy(task -> {
            assertThat(task.position()).isGreaterThanOrEqualTo(25);
            assertThat(task.context()).hasSize(10);
            assertThat(task.after()).hasSizeLessThanOrEqualTo(30);
            assertThat(task.continuation()).hasSizeLessThanOrEqualTo(12);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"next-segment", "middle-segment", "masked-span", "next-sentence"})
    void tasksDependOnSeedAndDocumentAlone(String name) {
        TaskDocument document = document("d", TEXT.replace("!  ", "! "));
        assertThat(tasks(name, document)).isEqualTo(tasks(name, document));
        assertThat(tasks(name, document)).extracting(PredictionTask::id).doesNotHaveDuplicates();
        assertThat(tasks(name, new TaskDocument("d", new int[0], 0, List.of()))).isEmpty();
        assertThat(tasks(name, document("d", "  \n "))).isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreRefusedWithTheDocument() {
        TaskDocument document = new TaskDocument("broken#7", new int[] {'a', 0xFF, 'b'}, 0, List.of());
        assertThatThrownBy(() -> tasks("next-segment", document))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("broken#7");
    }

    @Test
    void aTruthThatIsCutInsideACharacterKeepsItsBytes() {
        TaskKindContext narrow = new TaskKindContext(
                tokenizer, new TaskKindContext.Limits(4, 1000, 1000, 1, 9), 7, Locale.ENGLISH, TaskKindOptions.NONE);
        TaskDocument document = document("d", "One. \u00c9tat.");
        PredictionTask task = TaskKinds.discover()
                .create("next-segment", narrow)
                .tasks(document)
                .get(0);
        assertThat(task.continuation()).hasSize(1);
        assertThat(task.truth().bytes()).containsExactly(0xC3);
        assertThat(task.truth().boundaries()).containsExactly(1);
    }

    @Test
    void everyKindIsFoundByNameWithAnInstructionThatFits() {
        List<TaskKindProvider> kinds = TaskKinds.discover().all();
        assertThat(kinds)
                .extracting(TaskKindProvider::name)
                .containsExactly(
                        "masked-span",
                        "middle-segment",
                        "multiple-choice",
                        "next-segment",
                        "next-sentence",
                        "next-token");
        assertThat(kinds).allSatisfy(kind -> {
            Instruction instruction = new Instruction(kind.name(), kind.instruction());
            assertThat(instruction.showsAfter())
                    .isEqualTo(!Set.of("next-token", "next-segment").contains(kind.name()));
            assertThat(kind.needs())
                    .isNotBlank()
                    .doesNotEndWith(".")
                    .satisfies(needs ->
                            assertThat(Arrays.stream(needs.split(" ")).count()).isGreaterThan(3));
        });
    }

    @Test
    void badOptionsAreRefusedByName() {
        assertThatThrownBy(() -> TaskKinds.discover().create("masked-span", context(1, Map.of("length", "3"))))
                .isInstanceOf(TaskKindException.class)
                .hasMessageContaining("no option \"length\"")
                .hasMessageContaining("words");
        assertThatThrownBy(() -> TaskKinds.discover().create("masked-span", context(1, Map.of("words", "many"))))
                .isInstanceOf(TaskKindException.class)
                .hasMessageContaining("words is \"many\"");
        assertThatThrownBy(() -> TaskKinds.discover().create("multiple-choice", context(1, Map.of("choices", "27"))))
                .hasMessageContaining("from 2 to 26");
        assertThatThrownBy(() -> TaskKinds.discover().create("next-word", context(1, Map.of())))
                .isInstanceOf(TaskKindException.class)
                .hasMessageContaining("Available: masked-span");
    }
}
