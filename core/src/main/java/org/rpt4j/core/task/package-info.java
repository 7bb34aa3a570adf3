/**
 * For application developers: from tokenized documents to prediction tasks. A proxy model scores every position, and a
 * selector keeps the hard ones.
 */
@NullMarked
package org.rpt4j.core.task;

import org.jspecify.annotations.NullMarked;
