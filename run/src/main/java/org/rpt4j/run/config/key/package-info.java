/**
 * For application developers and maintainers: what a configuration key is. A key is declared once, with its type,
 * range, unit, default, meaning and citation; parsing, validation, documentation and suggestions are derived from it.
 */
@NullMarked
package org.rpt4j.run.config.key;

import org.jspecify.annotations.NullMarked;
