/**
 * For clients of servers in this library: requests over HTTP that are tried again after failures that pass. Not exported to
 * others.
 */
@NullMarked
package org.rpt4j.spi.http;

import org.jspecify.annotations.NullMarked;
