package org.rpt4j.run.config.key;

/**
 * The documentation of a key.
 *
 * @param description what the key determines, in whole sentences
 * @param unit unit of the value, such as {@code tokens}; empty for none
 * @param citation publication of the setting or of its default; empty for choices of this library
 * @since 0.1.0
 */
public record KeyText(String description, String unit, String citation) {

    public KeyText {
        if (!description.endsWith(".")) {
            throw new IllegalArgumentException("\"" + description + "\" is not a sentence");
        }
    }
}
