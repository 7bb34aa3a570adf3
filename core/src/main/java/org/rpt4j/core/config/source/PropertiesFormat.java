package org.rpt4j.core.config.source;

import java.io.IOException;
import java.io.StringReader;
import org.apache.commons.configuration2.PropertiesConfiguration.PropertiesReader;

/** Properties files, after Apache Commons Configuration, without its includes and interpolation. */
final class PropertiesFormat {

    private PropertiesFormat() {}

    static void read(String text, GivenValues values) {
        try (PropertiesReader reader = new PropertiesReader(new StringReader(text))) {
            while (reader.nextProperty()) {
                String name = reader.getPropertyName();
                int line = reader.getLineNumber();
                String value = reader.getPropertyValue();
                if (value == null || value.isEmpty()) {
                    throw values.malformed(line, name + " has no value. Give it one as in " + name
                            + " = ..., or remove the line.", null);
                }
                values.add(Given.value(name, value, values.at(line)));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw values.malformed(1, "the file is not in the format of properties: " + e.getMessage(), e);
        }
    }
}
