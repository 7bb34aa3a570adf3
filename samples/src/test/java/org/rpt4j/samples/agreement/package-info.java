/** For maintainers: backends compared with each other; only this module has several on its class path. */
@NullMarked
package org.rpt4j.samples.agreement;

import org.jspecify.annotations.NullMarked;
