package org.rpt4j.run.resume;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.model.format.JsonFields;

/**
 * What a checkpoint is.
 *
 * @param format always {@link #FORMAT}
 * @param version version of the format: 1 marked derived values in their text, see {@link IdentityValue}
 * @param written when, UTC, ISO 8601; for people alone
 * @param nextStep the step to continue with
 * @param identity what the run is: settings and fingerprints by name. A run with another value continues only on
 *     request.
 * @since 0.1.0
 */
public record CheckpointManifest(
        String format, int version, String written, long nextStep, Map<String, IdentityValue> identity) {

    /** Name of the format. */
    public static final String FORMAT = "rpt4j-checkpoint";

    /** The version that is written. */
    public static final int VERSION = 2;

    private static final int MAX_BYTES = 16 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    public CheckpointManifest {
        identity = Collections.unmodifiableMap(new TreeMap<>(identity));
    }

    void write(Path file) throws IOException {
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }

    /**
     * Reads a manifest.
     *
     * @throws CheckpointException if it is none, or of a version that this library does not read
     */
    public static CheckpointManifest read(Path file) {
        JsonFields json = JsonFields.read(
                file,
                MAX_BYTES,
                (message, cause) -> new CheckpointException("no checkpoint manifest: " + message, cause));
        String format = json.text("format");
        if (!format.equals(FORMAT)) {
            throw json.refuse("format", "\"" + FORMAT + "\"");
        }
        int version = json.integer("version", 1);
        if (version > VERSION) {
            throw new CheckpointException(file + " is of version " + version + " of " + FORMAT
                    + "; this library reads versions 1 to " + VERSION + ". Continue with the library that wrote it.");
        }
        return new CheckpointManifest(
                format, version, json.text("written"), json.count("nextStep"), identity(json.nested("identity")));
    }

    /** Version 1 has texts in place of objects. */
    private static Map<String, IdentityValue> identity(JsonFields json) {
        Map<String, IdentityValue> identity = new TreeMap<>();
        for (String name : json.names()) {
            if (json.isText(name)) {
                identity.put(name, IdentityValue.ofVersion1(json.text(name)));
            } else {
                JsonFields value = json.nested(name);
                identity.put(name, new IdentityValue(value.text("value"), value.flag("derived")));
            }
        }
        return identity;
    }
}
