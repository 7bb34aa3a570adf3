/**
 * For operators who collect meters: {@link org.rpt4j.run.telemetry.MicrometerListener} turns the events of
 * a training run into Micrometer meters. The only package that needs {@code io.micrometer:micrometer-core}, which is an
 * optional dependency.
 */
@NullMarked
package org.rpt4j.run.telemetry;

import org.jspecify.annotations.NullMarked;
