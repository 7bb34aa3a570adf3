package org.rpt4j.run.directory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.model.format.JsonLinesFile;

/** A file of one JSON object per line. The reader leaves out a last line without its end, which a crash may leave. */
final class JsonLines {

    /** An evaluation of a million tasks fits. */
    private static final int MAX_LINE_BYTES = 1 << 28;

    private JsonLines() {}

    /** A record as its line. */
    static byte[] line(Object record) throws IOException {
        return (RecordJson.MAPPER.writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * All complete lines; none if there is no file.
     *
     * @param reader makes a record of the fields of a line
     * @throws StorageException if a line that is complete is no such record, naming line and field
     */
    static <T> List<T> read(Path file, Function<JsonFields, T> reader) {
        List<T> records = new ArrayList<>();
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return records;
        }
        try (JsonLinesFile lines = new JsonLinesFile(file, MAX_LINE_BYTES, StorageException::new)) {
            for (@Nullable JsonFields line = lines.nextComplete(); line != null; line = lines.nextComplete()) {
                records.add(reader.apply(line));
            }
        }
        return records;
    }
}
