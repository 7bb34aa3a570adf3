/**
 * For application developers: reading the text that a model is trained on, document by document, and keeping some
 * documents out of training. Readers are pulled: nothing is read before it is asked for, so a slow consumer slows the
 * reading down and no queue can fill up. A corpus larger than memory is fine as long as each document fits.
 */
@NullMarked
package org.rpt4j.core.corpus;

import org.jspecify.annotations.NullMarked;
