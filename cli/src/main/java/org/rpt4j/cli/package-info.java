/**
 * For people at a terminal: the command line of rpt4j, one class per command. Results go to standard output, progress
 * and errors to standard error.
 */
@NullMarked
package org.rpt4j.cli;

import org.jspecify.annotations.NullMarked;
