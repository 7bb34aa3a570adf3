/**
 * For application developers: whether two answers mean the same. Every comparison is deterministic, takes bounded time,
 * and says so where it cannot decide.
 */
@NullMarked
package org.rpt4j.answers.compare;

import org.jspecify.annotations.NullMarked;
