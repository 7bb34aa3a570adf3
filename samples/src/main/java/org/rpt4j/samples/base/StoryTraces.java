package org.rpt4j.samples.base;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.rpt4j.core.prompt.PromptBuilder;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.samples.stories.Habit;
import org.rpt4j.samples.stories.Inference;
import org.rpt4j.samples.stories.OrdinaryThought;
import org.rpt4j.samples.stories.RecallDrill;
import org.rpt4j.samples.stories.Story;

/**
 * Turns stories into supervised examples: as they are, with thoughts between the lines, and as prompts with thoughts.
 */
final class StoryTraces {

    private static final int LEAST_CONTEXT = 8;

    private final Tokenizer tokenizer;
    private final HabitShares shares;
    private final int[] prefix;
    private final int[] suffix;
    private final int endOfThought;
    private final int endOfText;

    StoryTraces(Tokenizer tokenizer, PromptBuilder prompts, HabitShares shares) {
        this.tokenizer = tokenizer;
        this.shares = shares;
        this.endOfThought = tokenizer.addedIdOf(ThoughtMarkers.THINK.end()).orElseThrow();
        this.endOfText = tokenizer.idOf(TokenizerFiles.END_OF_TEXT).orElseThrow();
        int probe = endOfText;
        int[] prompt = prompts.prompt(new int[] {probe});
        int at = 0;
        while (prompt[at] != probe) {
            at++;
        }
        this.prefix = Arrays.copyOf(prompt, at);
        this.suffix = Arrays.copyOfRange(prompt, at + 1, prompt.length);
    }

    /** A given list, followed by the same words, which are learned. */
    SupervisedExample drill(RecallDrill drill) {
        return new SupervisedExample(tokenizer.encode(drill.list()), tokenizer.encode(drill.recall()));
    }

    /** The story on its own. */
    SupervisedExample plain(Story story) {
        return SupervisedExample.document(join(tokenizer.encode(story.text()), new int[] {endOfText}));
    }

    /**
     * The story after the instruction, with a careful thought and its box before three of four inferable words and
     * before one ordinary word. One pass over the story teaches several thoughts.
     */
    SupervisedExample betweenTheLines(Story story, SplittableRandom random) {
        List<int[]> parts = new ArrayList<>(List.of(prefix));
        int ordinary = random.nextInt(story.text().length());
        int from = 0;
        for (Inference inference : story.inferences()) {
            if (ordinary < inference.offset()) {
                from = addOrdinary(parts, story, from, ordinary, inference.offset(), random);
                ordinary = Integer.MAX_VALUE;
            }
            if (random.nextInt(4) > 0) {
                parts.add(tokenizer.encode(story.text().substring(from, inference.offset())));
                parts.add(suffix);
                parts.add(thought(Habit.CAREFUL.think(inference, story, random), inference.answer()));
                from = inference.offset();
            }
        }
        parts.add(tokenizer.encode(story.text().substring(from)));
        parts.add(new int[] {endOfText});
        return SupervisedExample.document(join(parts.toArray(int[][]::new)));
    }

    private int addOrdinary(List<int[]> parts, Story story, int from, int wanted, int limit, SplittableRandom random) {
        int at = story.text().indexOf(' ', Math.max(wanted, from + 1));
        if (at < 0 || at >= limit) {
            return from;
        }
        int end = story.text().indexOf(' ', at + 1);
        String word = end < 0 ? story.text().substring(at) : story.text().substring(at, end);
        int first = tokenizer.encode(word)[0];
        parts.add(tokenizer.encode(story.text().substring(from, at)));
        parts.add(suffix);
        parts.add(thought(OrdinaryThought.think(random), tokenizer.decode(first)));
        return at;
    }

    /**
     * Prompts as the policy will see them, with thoughts of mixed habits: two for each inferable word, one for an
     * ordinary token.
     */
    List<SupervisedExample> prompted(Story story, SplittableRandom random) {
        int[] tokens = tokenizer.encode(story.text());
        List<SupervisedExample> examples = new ArrayList<>();
        Set<Integer> inferable = new HashSet<>();
        for (Inference inference : story.inferences()) {
            int position = tokenizer.encode(story.text().substring(0, inference.offset())).length;
            inferable.add(position);
            List<int[]> thoughts = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                thoughts.add(thought(shares.draw(random).think(inference, story, random), inference.answer()));
            }
            examples.add(new SupervisedExample(prompt(tokens, position), thoughts));
        }
        int position = LEAST_CONTEXT + random.nextInt(tokens.length - LEAST_CONTEXT);
        if (!inferable.contains(position)) {
            examples.add(new SupervisedExample(
                    prompt(tokens, position),
                    thought(OrdinaryThought.think(random), tokenizer.decode(tokens[position]))));
        }
        return examples;
    }

    private int[] prompt(int[] tokens, int position) {
        return join(prefix, Arrays.copyOf(tokens, position), suffix);
    }

    private int[] thought(String thought, String answer) {
        return join(
                tokenizer.encode(thought),
                new int[] {endOfThought},
                tokenizer.encode(" \\boxed{" + answer + "}"),
                new int[] {endOfText});
    }

    private static int[] join(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}
