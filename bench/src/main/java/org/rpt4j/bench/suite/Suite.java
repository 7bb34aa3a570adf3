package org.rpt4j.bench.suite;

import java.util.List;
import java.util.Optional;
import org.rpt4j.bench.extract.ExtractionRule;

/**
 * A benchmark: the fields of its file, what is asked, and how answers are read. Immutable and thread-safe. {@link Suites}
 * has the built-in ones and reads others.
 *
 * @since 0.1.0
 */
public final class Suite {

    private final String name;
    private final String title;
    private final String publishedAs;
    private final AnswerKind kind;
    private final QuestionFields fields;
    private final PromptTexts prompt;
    private final Optional<PromptTexts> continuation;
    private final List<ExtractionRule> readings;
    private final String fingerprint;

    Suite(
            String name,
            String title,
            String publishedAs,
            AnswerKind kind,
            QuestionFields fields,
            PromptTexts prompt,
            Optional<PromptTexts> continuation,
            List<ExtractionRule> readings,
            String fingerprint) {
        this.name = name;
        this.title = title;
        this.publishedAs = publishedAs;
        this.kind = kind;
        this.fields = fields;
        this.prompt = prompt;
        this.continuation = continuation;
        this.readings = List.copyOf(readings);
        this.fingerprint = fingerprint;
    }

    /** The same suite with another prompt for its questions. */
    Suite withPrompt(PromptTexts other, String newFingerprint) {
        return new Suite(name, title, publishedAs, kind, fields, other, continuation, readings, newFingerprint);
    }

    /** The name by which it is chosen. */
    public String name() {
        return name;
    }

    /** What people call it. */
    public String title() {
        return title;
    }

    /** Where its file is published, by the name of the data set. */
    public String publishedAs() {
        return publishedAs;
    }

    /** How its answers are compared. */
    public AnswerKind kind() {
        return kind;
    }

    /** Where its questions stand in a row. */
    QuestionFields fields() {
        return fields;
    }

    /** What is asked when the model writes its answer. */
    public PromptTexts prompt() {
        return prompt;
    }

    /** What is asked when the log-probabilities of the choices are compared; empty if the suite does not say. */
    public Optional<PromptTexts> continuation() {
        return continuation;
    }

    /** The rules that read an answer, without the strict one, which every suite has. */
    public List<ExtractionRule> readings() {
        return readings;
    }

    /** SHA-256 of what the suite says, which tells two suites of one name apart. */
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public String toString() {
        return "Suite[" + name + "]";
    }
}
