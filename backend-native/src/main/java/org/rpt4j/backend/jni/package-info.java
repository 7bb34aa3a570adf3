/**
 * For maintainers of the native backend and of benchmarks, which measure the machine with {@link
 * org.rpt4j.backend.jni.MachineRoofline}. Applications open the backend by its name, {@code native}, through {@link
 * org.rpt4j.spi.Backends}.
 */
@NullMarked
package org.rpt4j.backend.jni;

import org.jspecify.annotations.NullMarked;
