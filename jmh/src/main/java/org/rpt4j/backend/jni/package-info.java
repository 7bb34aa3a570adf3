/** For maintainers: opens measurements of the native engine to the benchmarks. */
@NullMarked
package org.rpt4j.backend.jni;

import org.jspecify.annotations.NullMarked;
