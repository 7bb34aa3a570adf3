/**
 * For application developers: the keys of a run, section by section, and the settings of the library that they make.
 */
@NullMarked
package org.rpt4j.run.config.section;

import org.jspecify.annotations.NullMarked;
