/**
 * For application developers and the library's front ends: the declaration of a setting. Every options type declares
 * each of its settings once, as a {@link org.rpt4j.api.setting.Setting} beside its builder; configuration keys, command
 * line options and manuals refer to that declaration.
 */
@NullMarked
package org.rpt4j.api.setting;

import org.jspecify.annotations.NullMarked;
