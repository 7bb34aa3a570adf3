package org.rpt4j.run.config.key;

/**
 * What a key says to people.
 *
 * @param description what it decides: whole sentences
 * @param unit unit of the value, such as {@code tokens}; empty for none
 * @param citation where the setting or its default was published; empty for choices of this library
 */
public record KeyText(String description, String unit, String citation) {

    public KeyText {
        if (!description.endsWith(".")) {
            throw new IllegalArgumentException("\"" + description + "\" is not a sentence");
        }
    }
}
