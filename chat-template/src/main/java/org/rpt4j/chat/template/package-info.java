/**
 * For maintainers: the part of the Jinja2 language that chat templates are written in, evaluated as Jinja2 does with
 * {@code trim_blocks} and {@code lstrip_blocks} on. Templates come with a model and are not trusted: they see the
 * values they are given and nothing of Java, and their work and output are bounded. What is not known is refused by
 * name. Tuples are lists here, which shows only where one is printed whole.
 *
 * <p>Not part of the public API: use {@link org.rpt4j.core.prompt.ChatTemplate}.
 */
@NullMarked
package org.rpt4j.chat.template;

import org.jspecify.annotations.NullMarked;
