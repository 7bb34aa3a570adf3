/**
 * For maintainers of the native backend; nothing here is called directly. Applications open it by its name,
 * {@code native}, through {@link org.rpt4j.spi.Backends}.
 */
@NullMarked
package org.rpt4j.backend.jni;

import org.jspecify.annotations.NullMarked;
