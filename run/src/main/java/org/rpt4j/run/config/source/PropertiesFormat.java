package org.rpt4j.run.config.source;

import java.io.IOException;
import java.io.StringReader;
import org.apache.commons.configuration2.PropertiesConfiguration.PropertiesReader;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;

/** Reads properties files, following Apache Commons Configuration but without its includes and interpolation. */
final class PropertiesFormat {

    private PropertiesFormat() {}

    static void read(String text, FileValues values) {
        int line = 1;
        try (PropertiesReader reader = new PropertiesReader(new StringReader(text))) {
            while (reader.nextProperty()) {
                String name = reader.getPropertyName();
                line = reader.getLineNumber();
                String value = reader.getPropertyValue();
                if (value == null || value.isEmpty()) {
                    throw values.malformed(
                            line,
                            name + " has no value. Give it one as in " + name + " = ..., or remove the line.",
                            null);
                }
                values.add(Given.value(name, value, values.at(line)));
            }
        } catch (ConfigurationRuntimeException | IllegalArgumentException e) {
            throw values.malformed(line, "invalid property after this line: " + e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new AssertionError("a text in memory can be read", e);
        }
    }
}
