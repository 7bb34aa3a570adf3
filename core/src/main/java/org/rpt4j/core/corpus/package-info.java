/**
 * For application developers: reading training text document by document, and holding out some documents for
 * evaluation. Readers are lazy: they read a document only on request, so a slow consumer slows down the reading and no
 * queue can fill up. A corpus may be larger than memory as long as each document fits.
 */
@NullMarked
package org.rpt4j.core.corpus;

import org.jspecify.annotations.NullMarked;
