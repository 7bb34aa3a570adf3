package org.rpt4j.answers;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A question with a known answer. Immutable and thread-safe.
 *
 * @param id id that is stable between runs and unique within its files: {@code <file>#<row>}, or {@code <file>#<id>}
 *     where the file has ids
 * @param text the question, without its choices; not blank
 * @param choices texts of the choices in order; empty if any answer may be given
 * @param gold the answer; for a question with choices, the letter of the choice and then its text
 * @param categoryOrNull what the question is about; null if the file does not say
 * @since 0.1.0
 */
public record Question(
        String id,
        String text,
        List<String> choices,
        GoldAnswer gold,
        @Nullable String categoryOrNull) {

    /** One letter names a choice. */
    public static final int MOST_CHOICES = 26;

    public Question {
        choices = List.copyOf(choices);
        if (id.isBlank()) {
            throw new IllegalArgumentException("id is blank; every question needs an id");
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("text of question " + id + " is blank");
        }
        if (choices.size() > MOST_CHOICES) {
            throw new IllegalArgumentException(
                    "question " + id + " has " + choices.size() + " choices, must be at most " + MOST_CHOICES);
        }
    }

    /** What the question is about. */
    public Optional<String> category() {
        return Optional.ofNullable(categoryOrNull);
    }

    /** The letter of a choice: A for the first. */
    public static String letter(int choice) {
        if (choice < 0 || choice >= MOST_CHOICES) {
            throw new IllegalArgumentException("choice is " + choice + ", must be from 0 to " + (MOST_CHOICES - 1));
        }
        return String.valueOf((char) ('A' + choice));
    }

    /** The question as a model reads it: the text, and each choice on a line of its own behind its letter. */
    public String textWithChoices() {
        StringBuilder all = new StringBuilder(text);
        for (int i = 0; i < choices.size(); i++) {
            all.append(i == 0 ? "\n\n" : "\n").append(letter(i)).append(". ").append(choices.get(i));
        }
        return all.toString();
    }
}
