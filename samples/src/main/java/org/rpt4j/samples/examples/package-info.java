/** For application developers and vendors: short programs to copy from, one idea each. */
@NullMarked
package org.rpt4j.samples.examples;

import org.jspecify.annotations.NullMarked;
