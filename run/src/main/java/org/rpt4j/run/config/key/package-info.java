/**
 * For application developers and maintainers: what a configuration key is. Each key is declared once, with its type,
 * range, unit, default, description and citation; parsing, validation, documentation and suggestions follow from the
 * declaration.
 */
@NullMarked
package org.rpt4j.run.config.key;

import org.jspecify.annotations.NullMarked;
