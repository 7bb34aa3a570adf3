package org.rpt4j.answers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/**
 * The known answer of a question, in every form that is accepted. A prediction is right if it equals one of them. As
 * the truth of a task the forms are separated by a control character that no answer has. Immutable and thread-safe.
 *
 * @param forms the accepted forms, the one to show first; at least one, none blank
 * @since 0.1.0
 */
public record GoldAnswer(List<String> forms) {

    /** The unit separator of ASCII. */
    private static final char SEPARATOR = '\u001f';

    public GoldAnswer {
        forms = List.copyOf(forms);
        if (forms.isEmpty()) {
            throw new IllegalArgumentException("forms is empty; a question needs an answer");
        }
        for (String form : forms) {
            if (form.isBlank()) {
                throw new IllegalArgumentException("a form of the answer is blank");
            }
            if (form.indexOf(SEPARATOR) >= 0) {
                throw new IllegalArgumentException("a form of the answer has the control character U+001F in it");
            }
        }
    }

    /** An answer that has one form. */
    public static GoldAnswer of(String form) {
        return new GoldAnswer(List.of(form));
    }

    /**
     * The answer in the truth of a task.
     *
     * @param truth bytes of the truth, as {@link #joined()} has them
     */
    public static GoldAnswer of(byte[] truth) {
        return new GoldAnswer(List.of(new String(truth, UTF_8).split(String.valueOf(SEPARATOR), -1)));
    }

    /** The form to show. */
    public String shown() {
        return forms.get(0);
    }

    /** All forms as one text, from which {@link #of(byte[])} takes them apart. */
    public String joined() {
        return String.join(String.valueOf(SEPARATOR), forms);
    }

    /** What {@link #joined()} has before a form that is not the first. */
    static String separator() {
        return String.valueOf(SEPARATOR);
    }
}
