/**
 * Small made-up stories whose words can partly be worked out.
 *
 * <p>{@link org.rpt4j.samples.stories.StoryGenerator} writes endless short stories. Some of their words are answers to
 * puzzles that the story itself sets: how many plums are left, who holds the key, on which day the fair falls. Every
 * such word comes with the chain of thought that derives it, so a small base model can be taught several
 * {@linkplain org.rpt4j.samples.stories.Habit habits} of thinking, and reinforcement can then find out which one pays.
 */
@NullMarked
package org.rpt4j.samples.stories;

import org.jspecify.annotations.NullMarked;
