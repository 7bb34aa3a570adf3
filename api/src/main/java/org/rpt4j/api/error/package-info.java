/**
 * For application developers: the sealed family of errors that rpt4j throws for causes outside the calling code.
 * Programming errors (a null, a negative size, use after close) are {@link IllegalArgumentException} and {@link
 * IllegalStateException}. Every message says what was requested, what was found and what to do.
 */
@NullMarked
package org.rpt4j.api.error;

import org.jspecify.annotations.NullMarked;
