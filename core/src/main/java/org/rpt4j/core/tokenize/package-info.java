/**
 * For application developers: text to token ids, and token ids to their raw bytes. Ids and bytes are the truth; decoded
 * text is for people, since a token may hold half a character.
 */
@NullMarked
package org.rpt4j.core.tokenize;

import org.jspecify.annotations.NullMarked;
