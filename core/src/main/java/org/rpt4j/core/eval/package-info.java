/**
 * For application developers: how good a policy is at predicting the next tokens of held-out text, with and without a
 * thought, on positions of three difficulties. The same tasks are always measured in both ways, so a report compares a
 * model with itself.
 */
@NullMarked
package org.rpt4j.core.eval;

import org.jspecify.annotations.NullMarked;
