/** For the soak tests: access to the package of the same name in backend-native. */
@NullMarked
package org.rpt4j.backend.jni;

import org.jspecify.annotations.NullMarked;
