/** Internal: documents of any length through a proxy of any context and vocabulary. The pipeline drives it. */
@NullMarked
package org.rpt4j.core.scoring;

import org.jspecify.annotations.NullMarked;
