package org.rpt4j.run.resume;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CheckpointException;

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

    private static final long MAX_BYTES = 16 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    public CheckpointManifest {
        identity.forEach((name, value) -> {
            if (value == null) {
                throw new IllegalArgumentException(name + " of the identity is null");
            }
        });
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
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CheckpointException(
                        file + " has " + Files.size(file) + " bytes; a manifest has at most " + MAX_BYTES);
            }
            @Nullable CheckpointManifest manifest = JSON.readValue(Files.readAllBytes(file), CheckpointManifest.class);
            if (manifest == null) {
                throw new CheckpointException(file + " holds null, not a checkpoint manifest");
            }
            manifest.requireReadable(file);
            return manifest;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new CheckpointException(file + " is not a checkpoint manifest: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CheckpointException("cannot read " + file + ": " + e, e);
        }
    }

    private void requireReadable(Path file) {
        if (!format.equals(FORMAT)) {
            throw new CheckpointException(file + " is of the format \"" + format + "\", not " + FORMAT);
        }
        if (version < 1 || version > VERSION) {
            throw new CheckpointException(file + " is of version " + version + " of " + FORMAT
                    + "; this library reads versions 1 to " + VERSION + ". Continue with the library that wrote it.");
        }
        if (nextStep < 0) {
            throw new CheckpointException(file + " continues with step " + nextStep + ", which does not exist");
        }
    }
}
