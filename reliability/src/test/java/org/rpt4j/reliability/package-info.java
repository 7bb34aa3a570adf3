/**
 * For maintainers: what a process that embeds the library for weeks relies on. Nothing grows, nothing is left behind,
 * runs beside each other do not disturb each other, and an interruption is heard.
 */
@NullMarked
package org.rpt4j.reliability;

import org.jspecify.annotations.NullMarked;
