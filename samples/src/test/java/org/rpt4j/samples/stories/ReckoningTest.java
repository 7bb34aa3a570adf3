package org.rpt4j.samples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReckoningTest {

    private static final int SAMPLES = 2000;
    private static final Pattern ACCOUNT =
            Pattern.compile("(\\w+) has (\\d+)(?: \\w+)?, (\\w+) (\\d+), (\\w+) (\\d+) and (\\w+) (\\d+)\\.");

    private final StoryGenerator generator = new StoryGenerator();

    @Test
    void everyAnswerFollowsFromTheFacts() {
        for (long seed = 0; seed < SAMPLES; seed++) {
            Story story = generator.reckoning(seed);
            Map<String, Integer> owned = owned(story.text());
            List<Integer> values = new ArrayList<>(owned.values());
            assertThat(owned).hasSize(3);

            assertThat(story.inferences().stream().map(Inference::answer))
                    .containsExactlyElementsOf(values.stream().map(value -> " " + value).toList());
            assertThat(values).allMatch(value -> value >= 1 && value <= 20);
        }
    }

    @Test
    void everyThoughtIsRight() {
        for (long seed = 0; seed < SAMPLES; seed++) {
            Story story = generator.reckoning(seed);
            story.inferences().forEach(inference -> new ThoughtChecker(story, inference).check());
        }
    }

    @Test
    void aSeedAlwaysGivesTheSameReckoning() {
        assertThat(generator.reckoning(42)).isEqualTo(new StoryGenerator().reckoning(42));
        assertThat(generator.reckoning(42)).isNotEqualTo(generator.reckoning(43));
    }

    /** Reads the facts with no help from the generator. */
    private static Map<String, Integer> owned(String text) {
        Map<String, Integer> owned = new LinkedHashMap<>();
        Matcher accounts = ACCOUNT.matcher(text);
        while (accounts.find()) {
            int things = Integer.parseInt(accounts.group(2))
                    + change(accounts.group(3), accounts.group(4))
                    + change(accounts.group(5), accounts.group(6))
                    + change(accounts.group(7), accounts.group(8));
            owned.put(accounts.group(1), things);
        }
        return owned;
    }

    private static int change(String verb, String amount) {
        return switch (verb) {
            case "finds", "buys" -> Integer.parseInt(amount);
            case "eats", "sells" -> -Integer.parseInt(amount);
            default -> throw new AssertionError("no such verb: " + verb);
        };
    }
}
