package org.rpt4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.OperationCancelledException;

class ReasonerTest {

    private static final InferenceOptions SAMPLED =
            InferenceOptions.builder().temperature(1).maxTokens(30).build();

    @TempDir
    private Path folder;

    private Scripted model;

    @BeforeEach
    void open() {
        model = new Scripted(folder, 24);
    }

    @AfterEach
    void close() {
        assertThat(model.policy.openSessions).as("sessions left open").hasValue(0);
        model.close();
    }

    private static InferenceOptions mode(ReasoningMode mode, double threshold, long seed) {
        return SAMPLED.toBuilder().mode(mode).threshold(threshold).seed(seed).build();
    }

    private ReasonedText write(String prompt, InferenceOptions options) {
        return model.reasoner().complete(prompt, options);
    }

    @Test
    void aTextIsThatOfItsDefinitionInEveryMode() throws CharacterCodingException {
        Set<ThoughtOutcome> outcomes = EnumSet.noneOf(ThoughtOutcome.class);
        for (long seed = 0; seed < 8; seed++) {
            for (InferenceOptions options : List.of(
                    mode(ReasoningMode.STANDARD, 0, seed),
                    mode(ReasoningMode.EVERY_TOKEN, 0, seed),
                    mode(ReasoningMode.HYBRID, 3.5, seed),
                    mode(ReasoningMode.HYBRID, 3.5, seed).toBuilder()
                            .temperature(0)
                            .build())) {
                String prompt = "prompt " + seed;
                BruteForce expected = new BruteForce(model, model.reasoner().prompt(prompt), options);

                ReasonedText text = write(prompt, options);

                assertThat(text.tokens()).as("%s", options).isEqualTo(expected.output);
                assertThat(text.finish()).isEqualTo(expected.finish);
                assertThat(text.trace().thoughts())
                        .extracting(Thought::position)
                        .isEqualTo(expected.thoughtAt);
                assertThat(text.trace().thoughts()).extracting(Thought::text).isEqualTo(expected.thoughts);
                text.trace().thoughts().forEach(thought -> outcomes.add(thought.outcome()));
            }
        }
        assertThat(outcomes)
                .contains(
                        ThoughtOutcome.TAKEN,
                        ThoughtOutcome.EMPTY,
                        ThoughtOutcome.NOT_TOKENS,
                        ThoughtOutcome.TRUNCATED);
    }

    @Test
    void standardTextIsWhatThePolicyGenerates() {
        SamplingOptions sampling = SamplingOptions.greedy(30).toBuilder()
                .temperature(1)
                .stopTokens(Set.of(Scripted.END))
                .seed(5)
                .build();
        int[] prompt = model.reasoner().prompt("Once");
        int[] generated = model.policy
                .generate(List.of(new Prompt(0, prompt)), sampling)
                .get(0)
                .rollouts()
                .get(0)
                .tokens();

        ReasonedText text = write("Once", SAMPLED.toBuilder().seed(5).build());

        assertThat(text.tokens().stream().mapToInt(Integer::intValue))
                .startsWith(Arrays.stream(generated)
                        .limit(text.tokens().size())
                        .boxed()
                        .toArray(Integer[]::new));
        assertThat(text.tokens().size())
                .isEqualTo(generated.length - (text.finish() == FinishReason.STOP_TOKEN ? 1 : 0));
    }

    @Test
    void aThresholdOfZeroThinksEverywhereAndAnInfiniteOneNowhere() {
        for (long seed = 0; seed < 5; seed++) {
            assertThat(events(mode(ReasoningMode.HYBRID, 0, seed)))
                    .isEqualTo(events(mode(ReasoningMode.EVERY_TOKEN, 1, seed)))
                    .isNotEqualTo(events(mode(ReasoningMode.STANDARD, 1, seed)));
            assertThat(events(mode(ReasoningMode.HYBRID, Double.POSITIVE_INFINITY, seed)))
                    .isEqualTo(events(mode(ReasoningMode.STANDARD, 1, seed)));
        }
    }

    /** All events, the last without the time that it took. */
    private List<Object> events(InferenceOptions options) {
        List<Object> events = new ArrayList<>();
        model.reasoner()
                .complete(
                        model.reasoner().prompt("p"),
                        options,
                        event -> events.add(
                                event instanceof TokenEvent.Finished finished
                                        ? List.of(
                                                finished.text(),
                                                finished.result().text(),
                                                finished.result().tokens(),
                                                finished.result().finish(),
                                                finished.result().trace())
                                        : event));
        return events;
    }

    @Test
    void theTraceSaysWhereThePolicyThoughtAndWhatWasTaken() {
        ReasonedText text = write("story", mode(ReasoningMode.HYBRID, 3.5, 3));

        assertThat(text.trace().thoughts()).isNotEmpty().allSatisfy(thought -> {
            assertThat(thought.entropy()).isGreaterThanOrEqualTo(3.5);
            if (thought.outcome() == ThoughtOutcome.TAKEN) {
                int to = Math.min(
                        text.tokens().size(),
                        thought.position() + thought.taken().size());
                assertThat(text.tokens().subList(thought.position(), to))
                        .isEqualTo(thought.taken().subList(0, to - thought.position()));
                assertThat(thought.text()).endsWith("\\boxed{" + thought.prediction() + "}");
            } else {
                assertThat(thought.taken()).isEmpty();
            }
        });
        assertThat(text.trace().count(ThoughtOutcome.TAKEN)).isPositive();
        assertThat(text.usage().outputTokens()).isEqualTo(text.tokens().size());
        assertThat(text.usage().promptTokens()).isEqualTo("story".length());
        assertThat(text.usage().thoughts()).isEqualTo(text.trace().thoughts().size());
        assertThat(text.usage().thoughtTokens())
                .isEqualTo(text.trace().thoughts().stream()
                        .mapToInt(Thought::tokenCount)
                        .sum());
        assertThat(text.usage().tokensPerOutputToken()).isGreaterThan(1);
    }

    @Test
    void theBudgetsOfThoughtsAreKept() {
        InferenceOptions few = mode(ReasoningMode.EVERY_TOKEN, 0, 1).toBuilder()
                .maxThoughts(2)
                .thoughtTokens(3)
                .build();

        ReasonedText text = write("story", few);

        assertThat(text.trace().thoughts())
                .hasSize(2)
                .allSatisfy(thought -> assertThat(thought.tokenCount()).isLessThanOrEqualTo(3));
        assertThat(text.usage().outputTokens()).isGreaterThan(2);
    }

    @Test
    void aMarkerInABoxIsOrdinaryText() {
        // The script boxes <|end|> after some contexts; as a token it would end the text.
        List<Thought> boxed = new ArrayList<>();
        for (long seed = 0; seed < 20; seed++) {
            ReasonedText text = write("m" + seed, mode(ReasoningMode.EVERY_TOKEN, 0, seed));
            text.trace().thoughts().stream()
                    .filter(thought -> thought.prediction().equals("<|end|>"))
                    .forEach(boxed::add);
        }
        assertThat(boxed)
                .isNotEmpty()
                .allSatisfy(thought ->
                        assertThat(thought.taken()).hasSize("<|end|>".length()).doesNotContain(Scripted.END));
    }

    @Test
    void aThoughtComputesOnlyWhatItsPromptDoesNotShareWithTheLastOne() {
        String prompt = "x".repeat(40);
        InferenceOptions options =
                mode(ReasoningMode.EVERY_TOKEN, 0, 2).toBuilder().maxTokens(10).build();

        ReasonedText text = write(prompt, options);

        // Both sessions read the prompt once; then each reads the tokens of the text, and the marker that opens each
        // thought, and the thoughts themselves.
        int once = 2 * prompt.length() + 2;
        int perToken = 2 * text.usage().outputTokens() + text.usage().thoughts();
        assertThat(model.policy.computedTokens.get())
                .isLessThanOrEqualTo(once + perToken + text.usage().thoughtTokens());
    }

    @Test
    void theTextEndsAtTheContextWindowAndThoughtsSeeItsEnd() {
        String prompt = "y".repeat(Scripted.CONTEXT - 5);

        ReasonedText text = write(
                prompt,
                mode(ReasoningMode.EVERY_TOKEN, 0, 0).toBuilder().maxTokens(50).build());

        assertThat(text.finish()).isIn(FinishReason.LENGTH, FinishReason.STOP_TOKEN);
        assertThat(text.usage().outputTokens()).isLessThanOrEqualTo(5);
        assertThat(text.usage().thoughts()).isPositive();
    }

    @Test
    void aPromptWithoutRoomForATokenIsRefused() {
        assertThatThrownBy(() -> write("z".repeat(Scripted.CONTEXT), SAMPLED))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining("" + Scripted.CONTEXT);
        assertThatThrownBy(() -> model.reasoner().complete(new int[0], SAMPLED, event -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> model.reasoner().complete(new int[] {5000}, SAMPLED, event -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5000");
    }

    @Test
    void aStopStringEndsTheTextBeforeIt() {
        String whole = write("s", SAMPLED.toBuilder().seed(9).build()).text();
        String stop = whole.substring(4, 7);

        List<String> pieces = new ArrayList<>();
        ReasonedText text = model.reasoner()
                .complete(
                        model.reasoner().prompt("s"),
                        SAMPLED.toBuilder()
                                .seed(9)
                                .stopStrings(List.of("never", stop))
                                .build(),
                        event -> {
                            if (event instanceof TokenEvent.TextToken token) {
                                pieces.add(token.text());
                            } else if (event instanceof TokenEvent.Finished finished) {
                                pieces.add(finished.text());
                            }
                        });

        assertThat(text.finish()).isEqualTo(FinishReason.STOP_CONDITION);
        assertThat(text.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(String.join("", pieces)).isEqualTo(text.text());
    }

    @Test
    void anInterruptEndsTheText() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> write("i", SAMPLED)).isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
