/** For application developers: the keys of a run by section, and the library settings they produce. */
@NullMarked
package org.rpt4j.run.config.section;

import org.jspecify.annotations.NullMarked;
