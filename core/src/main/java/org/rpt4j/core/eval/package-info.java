/**
 * For application developers: how well a policy predicts the next tokens of held-out text, with and without a thought,
 * at three difficulties. Every task is evaluated in both ways, so a report compares a model with itself. Two reports on
 * the same tasks can be compared task by task.
 */
@NullMarked
package org.rpt4j.core.eval;

import org.jspecify.annotations.NullMarked;
