package org.rpt4j.run.directory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;

/** A file of one JSON object per line. The reader leaves out a last line without its end, which a crash may leave. */
final class JsonLines {

    private JsonLines() {}

    /** A record as its line. */
    static byte[] line(Object record) throws IOException {
        return (RecordJson.MAPPER.writeValueAsString(record) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * All complete lines; none if there is no file.
     *
     * @throws StorageException if a line that is complete is no such record, naming it
     */
    static <T> List<T> read(Path file, Class<T> type) {
        List<T> records = new ArrayList<>();
        if (!Files.exists(file)) {
            return records;
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (@Nullable String line = complete(lines); line != null; line = complete(lines)) {
                records.add(parse(line, type, file, records.size() + 1));
            }
            return records;
        } catch (IOException e) {
            throw new StorageException("cannot read " + file + ": " + e, e);
        }
    }

    private static <T> T parse(String line, Class<T> type, Path file, int number) {
        try {
            @Nullable T record = RecordJson.MAPPER.readValue(line, type);
            if (record == null) {
                throw new IOException("it holds null");
            }
            return record;
        } catch (IOException | StorageException e) {
            throw new StorageException("line " + number + " of " + file + " is damaged: " + e.getMessage(), e);
        }
    }

    /** The next line that has its end; null at the end of the file. */
    private static @Nullable String complete(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            if (c == '\n') {
                return line.toString();
            }
            line.append((char) c);
        }
        return null;
    }
}
