/**
 * For maintainers: coverage-guided fuzzing of everything that reads external data. A target feeds arbitrary bytes to
 * one reader and states the permitted outcomes: a result, or an error of {@link org.rpt4j.api.error} with a message.
 * Any other throwable, a hang, or exceeding the small heap of the tests is a finding.
 *
 * <p>By default the targets are tests over the committed seeds, in the directory {@code <target>Inputs/read}; with the
 * profile {@code fuzz}, {@link org.rpt4j.fuzz.Campaign} runs each for a while. A fixed finding becomes a test in the
 * module that was fixed.
 */
@NullMarked
package org.rpt4j.fuzz;

import org.jspecify.annotations.NullMarked;
