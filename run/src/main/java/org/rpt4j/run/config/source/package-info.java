/**
 * For maintainers: parses properties, YAML and JSON files, system properties and the environment into named texts, each
 * with its origin. Knows no keys. Values stay as written in the file: no format turns {@code on} into true, {@code 010}
 * into 8 or {@code 12:30} into 750, and nothing is interpolated or included.
 */
@NullMarked
package org.rpt4j.run.config.source;

import org.jspecify.annotations.NullMarked;
