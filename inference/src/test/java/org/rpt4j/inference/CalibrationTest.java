package org.rpt4j.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {

    private static final InferenceOptions OPTIONS =
            InferenceOptions.builder().seed(3).build();

    @TempDir
    private Path folder;

    private Scripted model;

    @BeforeEach
    void open() {
        model = new Scripted(folder, 24);
    }

    @AfterEach
    void close() {
        assertThat(model.policy.openSessions).hasValue(0);
        model.close();
    }

    private List<MeasuredPosition> measure(List<String> texts, int perDocument, int positions) {
        List<int[]> documents = texts.stream().map(model.tokenizer::encode).toList();
        return new Calibration(model.policy, model.reasoning, OPTIONS, perDocument)
                .measure(documents, positions, count -> {});
    }

    @Test
    void aPositionIsMeasuredAsATextOfOneTokenAfterItsContextWouldBe() {
        String text = "a text to predict";
        List<MeasuredPosition> measured = measure(List.of(text), 100, 100);

        assertThat(measured).hasSize(text.length() - 1);
        for (int at = 1; at < text.length(); at++) {
            String context = text.substring(0, at);
            InferenceOptions one = OPTIONS.toBuilder().maxTokens(1).build();
            // The thought of a text is its first; that of a position has the position's key. Greedy draws need none.
            int plain = first(context, one);
            ReasonedText thought = model.reasoner()
                    .complete(
                            model.reasoner().prompt(context),
                            one.toBuilder().mode(ReasoningMode.EVERY_TOKEN).build(),
                            event -> {});
            MeasuredPosition position = measured.get(at - 1);

            assertThat(position.standardHit()).isEqualTo(plain == text.charAt(at));
            assertThat(position.reasonedHit())
                    .isEqualTo(!thought.tokens().isEmpty() && thought.tokens().get(0) == text.charAt(at));
            Thought expected = thought.trace().thoughts().get(0);
            assertThat(position.outcome()).isEqualTo(expected.outcome());
            assertThat(position.thoughtTokens()).isEqualTo(expected.tokenCount());
            assertThat(position.textTokens())
                    .isEqualTo(Math.max(1, expected.taken().size()));
            assertThat(position.entropy()).isEqualTo(expected.entropy());
        }
    }

    /** The most probable token, which may be the end of the text. */
    private int first(String context, InferenceOptions options) {
        ReasonedText text = model.reasoner().complete(context, options);
        return text.tokens().isEmpty() ? -1 : text.tokens().get(0);
    }

    @Test
    void positionsAreDrawnFromSeveralDocumentsByTheSeed() {
        List<String> texts = List.of("first document", "second one", "x", "", "the fifth document");
        List<Integer> progress = new ArrayList<>();
        List<int[]> documents = texts.stream().map(model.tokenizer::encode).toList();

        List<MeasuredPosition> measured =
                new Calibration(model.policy, model.reasoning, OPTIONS, 3).measure(documents, 8, progress::add);

        assertThat(measured).hasSize(8);
        assertThat(progress).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(withoutTimes(measure(texts, 3, 8))).isEqualTo(withoutTimes(measured));
        assertThat(measure(List.of("x", ""), 3, 8)).isEmpty();
    }

    private static List<List<Object>> withoutTimes(List<MeasuredPosition> positions) {
        return positions.stream()
                .map(position -> List.<Object>of(
                        position.entropy(), position.standardHit(), position.reasonedHit(), position.thoughtTokens()))
                .toList();
    }

    @Test
    void ofALongDocumentTheBeginningCounts() {
        int[] document = new int[3 * Scripted.CONTEXT];
        Arrays.fill(document, 'q');

        List<MeasuredPosition> measured = new Calibration(model.policy, model.reasoning, OPTIONS, 500)
                .measure(List.of(document), 500, count -> {});

        assertThat(measured).hasSize(Scripted.CONTEXT - 1);
    }
}
