/**
 * For application developers: how good a policy is at predicting the next tokens of held-out text, with and without a
 * thought, on positions of three difficulties. The same tasks are always measured in both ways, so a report compares a
 * model with itself. Two reports on the same tasks are compared task by task, accuracies of several checkpoints give the
 * scaling law of the paper, and responses are searched for patterns of reasoning.
 */
@NullMarked
package org.rpt4j.core.eval;

import org.jspecify.annotations.NullMarked;
