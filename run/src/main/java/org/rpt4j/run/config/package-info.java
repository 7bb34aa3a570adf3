/**
 * For application developers: a whole run from one configuration. Every key is declared once, in the packages below;
 * this one merges what files, environment, system properties and code give, refuses what is wrong all at once, and
 * says where each effective value came from.
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
