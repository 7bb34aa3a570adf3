package org.rpt4j.samples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HabitTest {

    private final StoryGenerator generator = new StoryGenerator();

    @Test
    void theFirstWordIdentifiesTheHabit() {
        Set<String> all = new HashSet<>();
        int sum = 0;
        for (Habit habit : Habit.values()) {
            Set<String> first = new HashSet<>();
            think(habit, (story, thought) -> first.add(thought.split("[ ,:]")[1]));
            assertThat(first).hasSizeLessThanOrEqualTo(2);
            all.addAll(first);
            sum += first.size();
        }
        Set<String> ordinary = ordinary();
        all.addAll(ordinary);
        assertThat(all).hasSize(sum + ordinary.size());
    }

    @ParameterizedTest
    @EnumSource(
            value = Habit.class,
            names = {"HASTY", "WANDERING"})
    void theOthersAreShortAndHoldNoNumber(Habit habit) {
        think(habit, (story, thought) -> {
            assertThat(thought).startsWith(" ").endsWith(".").doesNotContainPattern("\\d");
            assertThat(thought.strip().split(" ")).hasSizeBetween(5, 14);
        });
    }

    @Test
    void carefulWritesTheStepsDown() {
        Story story = generator.story(3);
        for (Inference inference : story.inferences()) {
            assertThat(Habit.CAREFUL.think(inference, story, new SplittableRandom(1)))
                    .isEqualTo(" Steps:" + inference.thought());
        }
    }

    @Test
    void wanderingNamesNobodyWhoAppearsLater() {
        for (long seed = 0; seed < 200; seed++) {
            Story story = generator.story(seed);
            Inference first = story.inferences().get(0);
            List<String> read =
                    List.of(story.text().substring(0, first.offset()).split("\\W+"));
            String thought = Habit.WANDERING.think(first, story, new SplittableRandom(seed));
            for (String word : thought.split("\\W+")) {
                if (word.matches(StorySolver.NAME)) {
                    assertThat(read).contains(word);
                }
            }
        }
    }

    @Test
    void theSameRandomGivesTheSameThought() {
        Story story = generator.story(5);
        Inference inference = story.inferences().get(0);
        for (Habit habit : Habit.values()) {
            assertThat(habit.think(inference, story, new SplittableRandom(9)))
                    .isEqualTo(habit.think(inference, story, new SplittableRandom(9)));
        }
    }

    private void think(Habit habit, BiConsumer<Story, String> check) {
        SplittableRandom random = new SplittableRandom(1);
        for (long seed = 0; seed < 200; seed++) {
            Story story = generator.story(seed);
            story.inferences().forEach(inference -> check.accept(story, habit.think(inference, story, random)));
        }
    }

    private static Set<String> ordinary() {
        Set<String> first = new HashSet<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            String thought = OrdinaryThought.think(random);
            assertThat(thought.strip().split(" ")).hasSizeBetween(4, 7);
            first.add(thought.split(" ")[1]);
        }
        return first;
    }
}
