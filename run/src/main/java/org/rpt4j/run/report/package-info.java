/**
 * For application developers: a run as one page to read, and two runs side by side. {@link
 * org.rpt4j.run.report.RunReport} writes a single HTML file without scripts or anything to fetch, in light and dark;
 * {@link org.rpt4j.run.report.RunComparison} compares what two runs came to on the same tasks, as text and as HTML.
 */
@NullMarked
package org.rpt4j.run.report;

import org.jspecify.annotations.NullMarked;
