package org.rpt4j.bench.suite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.bench.extract.Response;

/**
 * The texts around a question. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class PromptTexts {

    private final PromptText question;
    private final PromptText example;
    private final PromptText choice;
    private final PromptText continuation;
    private final String answerStart;
    private final List<String> stops;
    private final int shots;
    private final boolean byCategory;

    PromptTexts(
            PromptText question,
            PromptText example,
            PromptText choice,
            PromptText continuation,
            String answerStart,
            List<String> stops,
            int shots,
            boolean byCategory) {
        this.question = question;
        this.example = example;
        this.choice = choice;
        this.continuation = continuation;
        this.answerStart = answerStart;
        this.stops = List.copyOf(stops);
        this.shots = shots;
        this.byCategory = byCategory;
    }

    PromptTexts withQuestion(PromptText other) {
        return new PromptTexts(other, example, choice, continuation, answerStart, stops, shots, byCategory);
    }

    /** The question with its examples, without the start of the answer. */
    public String ask(SuiteQuestion asked, List<SuiteQuestion> examples) {
        Map<String, String> values = values(asked);
        StringBuilder shown = new StringBuilder();
        examples.forEach(one -> shown.append(example.filled(values(one))));
        values.put("examples", shown.toString());
        return question.filled(values);
    }

    /** What follows the question where there is no chat template; empty for nothing. */
    public String answerStart() {
        return answerStart;
    }

    /** Texts that end an answer where there is no chat template. */
    public List<String> stops() {
        return stops;
    }

    /** How many examples the benchmark publishes with. */
    public int shots() {
        return shots;
    }

    /** Whether the examples of a question are of its own category. */
    public boolean byCategory() {
        return byCategory;
    }

    /** What a choice adds to the prompt in log-probability mode. */
    public String continuation(SuiteQuestion asked, int index) {
        return continuation.filled(Map.of(
                "letter", Response.letter(index), "choice", asked.choices().get(index)));
    }

    private Map<String, String> values(SuiteQuestion asked) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < asked.choices().size(); i++) {
            lines.add(choice.filled(Map.of(
                    "letter", Response.letter(i), "choice", asked.choices().get(i))));
        }
        Map<String, String> values = new HashMap<>();
        values.put("question", asked.text());
        values.put("choices", String.join("\n", lines));
        values.put("category", asked.category());
        values.put("worked", asked.worked());
        values.put("answer", asked.answer());
        if (!asked.choices().isEmpty()) {
            values.put("continuation", continuation(asked, asked.answer().charAt(0) - 'A'));
        }
        return values;
    }

    /** Whether examples show a worked solution, which their file must then have. */
    boolean showsWorked() {
        return example.places().contains("worked");
    }
}
