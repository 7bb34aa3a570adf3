package org.rpt4j.bench.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.rpt4j.answers.compare.AnswerComparison;
import org.rpt4j.answers.compare.Judgement;
import org.rpt4j.api.FinishReason;
import org.rpt4j.bench.ask.BenchMode;
import org.rpt4j.bench.ask.QuestionRecord;
import org.rpt4j.bench.extract.Extracted;
import org.rpt4j.bench.extract.ExtractionRule;
import org.rpt4j.bench.extract.Response;
import org.rpt4j.bench.extract.StrictRule;
import org.rpt4j.bench.suite.Suite;
import org.rpt4j.bench.suite.SuiteQuestion;
import org.rpt4j.core.tokenize.ThoughtMarkers;

/** Grades what a model gave to a question, by every rule of its suite and strictly. Thread-safe. */
final class Grader {

    private final Suite suite;
    private final BenchMode mode;
    private final ThoughtMarkers markers;
    private final List<ExtractionRule> rules;

    Grader(Suite suite, BenchMode mode, ThoughtMarkers markers) {
        this.suite = suite;
        this.mode = mode;
        this.markers = markers;
        this.rules = new ArrayList<>(suite.readings());
        this.rules.add(new StrictRule());
    }

    /** The ways to compare choices by their log-probabilities. */
    private enum Normalisation {
        LOG_PROBABILITY("log-probability", "The most probable continuation.", (choice, text) -> choice.logProb()),
        PER_CHARACTER(
                "log-probability-per-character",
                "The log-probability divided by the number of characters of the choice, as lm-evaluation-harness does.",
                (choice, text) -> choice.logProb() / Math.max(1, text.codePointCount(0, text.length()))),
        PER_TOKEN(
                "log-probability-per-token",
                "The log-probability divided by the number of tokens.",
                (choice, text) -> choice.logProb() / choice.tokens());

        private final Reading reading;
        private final ToDoubleBiFunction<QuestionRecord.ChoiceScore, String> value;

        Normalisation(String name, String says, ToDoubleBiFunction<QuestionRecord.ChoiceScore, String> value) {
            this.reading = new Reading(name, says);
            this.value = value;
        }
    }

    /** The rules in their order. */
    List<Reading> readings() {
        return mode == BenchMode.GENERATE
                ? rules.stream()
                        .map(rule -> new Reading(rule.name(), rule.says()))
                        .toList()
                : List.of(Normalisation.values()).stream()
                        .map(one -> one.reading)
                        .toList();
    }

    /**
     * Grades a question.
     *
     * @param samples number of responses that were asked for
     */
    QuestionOutcome grade(SuiteQuestion question, QuestionRecord record, int samples) {
        Map<String, Marks> marks = new LinkedHashMap<>();
        if (!record.isAsked()) {
            readings().forEach(reading -> marks.put(reading.name(), new Marks(0, 0, 0)));
        } else if (mode == BenchMode.GENERATE) {
            List<Response> responses = record.samples().stream()
                    .map(sample -> response(question, record, sample))
                    .toList();
            rules.forEach(rule -> marks.put(rule.name(), marks(rule, question, responses)));
        } else {
            for (Normalisation one : Normalisation.values()) {
                marks.put(one.reading.name(), new Marks(isChosen(one, question, record) ? 1 : 0, 1, 0));
            }
        }
        return new QuestionOutcome(
                question.id(),
                question.categories(),
                samples,
                record.shots(),
                (int) record.samples().stream()
                        .filter(sample -> sample.finish() == FinishReason.LENGTH)
                        .count(),
                (int) record.samples().stream()
                        .filter(sample -> response(question, record, sample).isThoughtOpen())
                        .count(),
                record.samples().stream()
                        .mapToLong(QuestionRecord.Sample::tokens)
                        .sum(),
                marks);
    }

    private Response response(SuiteQuestion question, QuestionRecord record, QuestionRecord.Sample sample) {
        return new Response(
                sample.text(), sample.finish() == FinishReason.LENGTH, record.inThought(), markers, question.choices());
    }

    private Marks marks(ExtractionRule rule, SuiteQuestion question, List<Response> responses) {
        int right = 0;
        int given = 0;
        int undecided = 0;
        for (Response response : responses) {
            Extracted extracted = rule.extract(response);
            given += extracted.isGiven() ? 1 : 0;
            if (!extracted.answer().isEmpty()) {
                Judgement judgement = judge(extracted.answer(), question.answer());
                right += judgement.isEqual() ? 1 : 0;
                undecided += judgement.isDecided() ? 0 : 1;
            }
        }
        return new Marks(right, given, undecided);
    }

    /** A rule gives the letter of a choice; a text may stand in a sentence, with its full stop. */
    private Judgement judge(String answer, String gold) {
        return switch (suite.kind()) {
            case MATH -> AnswerComparison.math().compare(answer, gold);
            case CHOICE -> AnswerComparison.exact().compare(answer, gold);
            case EXACT -> AnswerComparison.exact().compare(StrictRule.plain(answer), StrictRule.plain(gold));
        };
    }

    /** Whether the right choice has the highest value; of equal ones the first counts. */
    private static boolean isChosen(Normalisation by, SuiteQuestion question, QuestionRecord record) {
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < record.choices().size(); i++) {
            double value = by.value.applyAsDouble(
                    record.choices().get(i), question.choices().get(i));
            if (value > highest) {
                highest = value;
                best = i;
            }
        }
        return Response.letter(best).equals(question.answer());
    }
}
