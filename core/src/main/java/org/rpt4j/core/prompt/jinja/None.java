package org.rpt4j.core.prompt.jinja;

/** The value {@code none}, so that null has no meaning of its own. */
enum None {
    NONE
}
