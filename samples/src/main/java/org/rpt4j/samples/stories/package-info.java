/**
 * Small generated stories, some of whose words can be inferred.
 *
 * <p>{@link org.rpt4j.samples.stories.StoryGenerator} writes an endless supply of short stories. Some words answer
 * puzzles that the story itself poses: how many plums are left, who holds the key, on which day the fair falls. Each of
 * these words comes with the thought that derives it, so that a small base model can be taught several
 * {@linkplain org.rpt4j.samples.stories.Habit habits}, and reinforcement can then discover which one pays.
 */
@NullMarked
package org.rpt4j.samples.stories;

import org.jspecify.annotations.NullMarked;
