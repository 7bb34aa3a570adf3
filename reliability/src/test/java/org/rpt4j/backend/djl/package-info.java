/** For the soak tests: access to the package of the same name in backend-djl. */
@NullMarked
package org.rpt4j.backend.djl;

import org.jspecify.annotations.NullMarked;
