/**
 * For application developers: the hard positions of a corpus as a file, so that a corpus is scored once and trained on
 * often. The file says what made it, and is refused where that does not fit.
 */
@NullMarked
package org.rpt4j.core.dataset;

import org.jspecify.annotations.NullMarked;
