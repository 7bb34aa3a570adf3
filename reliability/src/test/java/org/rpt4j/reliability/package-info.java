/**
 * For maintainers: what a process relies on if it embeds the library for weeks. Nothing grows, nothing is left behind,
 * concurrent runs do not disturb each other, and interruptions take effect.
 */
@NullMarked
package org.rpt4j.reliability;

import org.jspecify.annotations.NullMarked;
