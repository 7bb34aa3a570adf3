/**
 * For application developers: reading the text that a model is trained on, document by document, and keeping some
 * documents out of training. Readers stream: a corpus larger than memory is fine as long as each document fits.
 */
@NullMarked
package org.rpt4j.core.corpus;

import org.jspecify.annotations.NullMarked;
