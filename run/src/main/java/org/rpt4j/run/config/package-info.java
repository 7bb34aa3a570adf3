/**
 * For application developers: a whole run from one configuration. The subpackages declare every key once; this package
 * merges the values from files, environment, system properties and code, reports all errors at once, and names the
 * source of every value in effect.
 *
 * <pre>{@code
 * RunConfiguration configuration = RunConfiguration.load(Path.of("paper.yaml"));
 * RunConfiguration ablation = RunConfiguration.builder()
 *         .file(Path.of("paper.yaml"))
 *         .set(ObjectiveKeys.NAME, Objective.DR_GRPO)
 *         .build();
 * }</pre>
 */
@NullMarked
package org.rpt4j.run.config;

import org.jspecify.annotations.NullMarked;
