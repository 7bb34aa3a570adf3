package org.rpt4j.bench.suite;

/** What the answer field of a question with choices holds. */
enum AnswerForm {
    /** The letter of the right choice. */
    LETTER,
    /** Its index, from 0. */
    INDEX,
    /** Its label, one of a field of labels, such as 1 to 4. */
    LABEL,
    /** Its text. */
    TEXT
}
