package org.rpt4j.chat.template;

/** The value {@code none}, so that null has no meaning of its own. */
enum None {
    NONE
}
