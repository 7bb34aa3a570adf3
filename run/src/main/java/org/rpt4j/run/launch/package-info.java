/**
 * For application developers: runs what a configuration says, from the corpus to the report. Every part can also be
 * used by hand; see {@link org.rpt4j.core.pipeline}.
 *
 * <pre>{@code
 * RunResult result = new ConfiguredRun(RunConfiguration.load(Path.of("paper.yaml")), RunObserver.NONE).run();
 * }</pre>
 */
@NullMarked
package org.rpt4j.run.launch;

import org.jspecify.annotations.NullMarked;
