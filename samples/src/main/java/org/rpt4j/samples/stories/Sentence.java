package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills the {@code {slots}} of a wording; a slot is either stated or left to be inferred. */
final class Sentence {

    private static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");

    private final String wording;
    private final Map<String, String> words = new HashMap<>();
    private final Map<String, Inference> inferred = new HashMap<>();

    Sentence(String wording) {
        this.wording = wording;
    }

    /** States a word. */
    Sentence with(String slot, String word) {
        words.put(slot, word);
        return this;
    }

    /** States a number. */
    Sentence with(String slot, int number) {
        return with(slot, Integer.toString(number));
    }

    /** Inserts a word that follows from the story so far. */
    Sentence infer(String slot, String word, String thought, String kind) {
        inferred.put(slot, new Inference(0, " " + word, thought, kind));
        return with(slot, word);
    }

    /** Returns the finished sentence. */
    Beat beat() {
        StringBuilder text = new StringBuilder();
        List<Inference> inferences = new ArrayList<>();
        Matcher slots = SLOT.matcher(wording);
        while (slots.find()) {
            String slot = slots.group(1);
            String word = words.get(slot);
            if (word == null) {
                throw new IllegalStateException("No value for {" + slot + "} in: " + wording);
            }
            slots.appendReplacement(text, word);
            Inference inference = inferred.get(slot);
            if (inference != null) {
                inferences.add(
                        inference.shiftedBy(text.length() - inference.answer().length()));
            }
        }
        return new Beat(slots.appendTail(text).toString(), inferences);
    }
}
