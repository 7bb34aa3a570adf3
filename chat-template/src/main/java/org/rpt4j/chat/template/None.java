package org.rpt4j.chat.template;

/** The value {@code none}, so that null keeps no meaning of its own. */
enum None {
    NONE
}
