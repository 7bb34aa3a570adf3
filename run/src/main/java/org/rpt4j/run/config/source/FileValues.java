package org.rpt4j.run.config.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ConfigurationException;

/** The values of one file; no key occurs twice. */
final class FileValues {

    private final String file;
    private final Map<String, Given> values = new LinkedHashMap<>();

    FileValues(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    String at(int line) {
        return file + ":" + line;
    }

    void add(Given given) {
        @Nullable Given first = values.putIfAbsent(given.name(), given);
        if (first != null) {
            throw new ConfigurationException(List.of(given.origin() + ": " + given.name() + " is already set at "
                    + first.origin() + ". Keep one of the two."));
        }
    }

    List<Given> all() {
        return List.copyOf(values.values());
    }

    /** Returns the error for a place in the file. */
    ConfigurationException malformed(int line, String problem, @Nullable Throwable cause) {
        return new ConfigurationException(List.of(at(line) + ": " + problem), cause);
    }
}
