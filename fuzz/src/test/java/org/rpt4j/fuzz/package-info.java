/**
 * For maintainers: coverage-guided fuzzing of everything that reads what others wrote. A target feeds arbitrary bytes
 * to one reader and states what may come out: a result, or an error of {@link org.rpt4j.api.error} with a message. Any
 * other throwable, a hang, or more memory than the small heap that the tests run with is a finding.
 *
 * <p>Without more, the targets are tests over the committed seeds, in the folder {@code <target>Inputs/read}; with the
 * profile {@code fuzz}, {@link org.rpt4j.fuzz.Campaign} runs each for a while. A finding that was mended becomes a test
 * of the module that was mended.
 */
@NullMarked
package org.rpt4j.fuzz;

import org.jspecify.annotations.NullMarked;
