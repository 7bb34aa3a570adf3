/**
 * Compares objectives, rewards and kinds of tasks: runs variants of one configuration at equal compute with the same
 * seeds, and evaluates all of them on the same held-out tokens.
 */
@NullMarked
package org.rpt4j.run.study;

import org.jspecify.annotations.NullMarked;
