/**
 * For maintainers: the HTTP server of {@code rpt4j serve}. It reads and writes the JSON of OpenAI's completions and
 * chat
 * completions. {@link org.rpt4j.cli.serve.TextServer} puts it together.
 */
@NullMarked
package org.rpt4j.cli.serve;

import org.jspecify.annotations.NullMarked;
