/**
 * For maintainers: the subset of Jinja2 that chat templates use, evaluated like Jinja2 with {@code trim_blocks} and
 * {@code lstrip_blocks} on. Templates come with a model and are untrusted: they see only the values passed to them and
 * nothing of Java, and their work and output are limited ({@link Budget}). Unsupported features are rejected by name.
 * What Jinja2 returns as a generator is a list here, which is visible only where one is printed as a whole.
 *
 * <p>Not part of the public API: use {@link org.rpt4j.core.prompt.ChatTemplate}.
 */
@NullMarked
package org.rpt4j.chat.template;

import org.jspecify.annotations.NullMarked;
