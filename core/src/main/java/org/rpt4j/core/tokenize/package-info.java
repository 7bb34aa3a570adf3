/**
 * For application developers: converting text to token ids, and token ids to their raw bytes. Ids and bytes are exact;
 * decoded text is for display only, because a token may contain half a character.
 */
@NullMarked
package org.rpt4j.core.tokenize;

import org.jspecify.annotations.NullMarked;
