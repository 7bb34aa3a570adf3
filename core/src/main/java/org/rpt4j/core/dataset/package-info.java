/**
 * For application developers: the hard positions of a corpus as a file, so that a corpus is scored once and used for
 * many runs. The file describes how it was made and is rejected where that does not match.
 */
@NullMarked
package org.rpt4j.core.dataset;

import org.jspecify.annotations.NullMarked;
