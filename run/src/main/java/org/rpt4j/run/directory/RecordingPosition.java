package org.rpt4j.run.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.model.format.JsonFields;

/**
 * How far a recording had come at a moment; what is behind it is recorded again by a run that continues from there.
 *
 * @param bytes length of every file of the recording, by name
 * @param sha256 hash of that much of every file, by name; empty in checkpoints of older versions
 * @param steps steps done
 * @param seconds seconds spent
 * @param flops floating point operations spent
 * @since 0.1.0
 */
public record RecordingPosition(
        Map<String, Long> bytes, Map<String, String> sha256, long steps, double seconds, double flops) {

    /** Name of the {@link org.rpt4j.run.resume.CheckpointPart} that holds it in a checkpoint. */
    public static final String PART = "recording.json";

    /** None leads out of the directory of the run: what is behind a position is removed. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    /** Before the first record. */
    public static final RecordingPosition START = new RecordingPosition(Map.of(), Map.of(), 0, 0, 0);

    public RecordingPosition {
        bytes = Collections.unmodifiableMap(new TreeMap<>(bytes));
        sha256 = Collections.unmodifiableMap(new TreeMap<>(sha256));
        if (bytes.values().stream().anyMatch(length -> length < 0) || steps < 0) {
            throw new IllegalArgumentException("a position is negative: " + bytes + ", step " + steps);
        }
        for (String name : bytes.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("\"" + name + "\" is no plain name of a file");
            }
        }
    }

    /** As JSON. */
    public byte[] toJson() {
        try {
            return RecordJson.MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws CheckpointException if it is none
     */
    public static RecordingPosition parse(byte[] json) {
        JsonFields position = JsonFields.parse(
                json,
                PART,
                (message, cause) -> new CheckpointException("this is no position of a recording: " + message, cause));
        JsonFields lengths = position.nested("bytes");
        Map<String, Long> bytes = new TreeMap<>();
        lengths.names().forEach(name -> bytes.put(name, lengths.count(name)));
        Map<String, String> sha256 = new TreeMap<>();
        if (position.contains("sha256")) {
            JsonFields hashes = position.nested("sha256");
            hashes.names().forEach(name -> sha256.put(name, hashes.text(name)));
        }
        return position.make(() -> new RecordingPosition(
                bytes, sha256, position.count("steps"), position.number("seconds", 0), position.number("flops", 0)));
    }
}
