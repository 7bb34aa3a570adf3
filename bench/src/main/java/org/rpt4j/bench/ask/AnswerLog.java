package org.rpt4j.bench.ask;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.model.format.JsonLinesFile;
import org.rpt4j.model.format.PlainFiles;

/**
 * A file of answers: a line that says what made them, and one line for each question. It only grows, so that a run that
 * ended early goes on where it ended; a line that a killed process left unfinished is dropped. Not thread-safe.
 */
final class AnswerLog implements AutoCloseable {

    private static final String FORMAT = "rpt4j-bench-answers-1";
    private static final int MOST_LINE_BYTES = 256 << 20;
    private static final long FORCE_NANOS = 2_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final RandomAccessFile access;
    private long forced = System.nanoTime();

    private AnswerLog(Path file, RandomAccessFile access) {
        this.file = file;
        this.access = access;
    }

    /**
     * Opens a file, or creates one.
     *
     * @param made what makes the answers, by name
     * @param answered receives the answers that the file has
     * @throws StorageException if it cannot be written, is no file of answers, is damaged, or was made by something else
     */
    static AnswerLog open(Path file, Map<String, String> made, Consumer<QuestionRecord> answered) {
        try {
            AtomicFiles.requireWritableFile(file);
            PlainFiles.requireWritable(file);
            AnswerLog log = new AnswerLog(file, new RandomAccessFile(file.toFile(), "rw"));
            try {
                log.begin(made, answered);
                return log;
            } catch (IOException | RuntimeException | Error e) {
                log.access.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("The answers " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private void begin(Map<String, String> made, Consumer<QuestionRecord> answered) throws IOException {
        byte[] header = line(json -> header(json, made));
        long length = access.length();
        long end = lastLineEnd();
        if (end == 0) {
            requireStartOf(header);
        } else {
            replay(made, answered);
        }
        // Only now: to close what replays would end the lock, which Linux keeps for the file and not for the stream.
        requireAlone(length);
        access.setLength(end);
        access.seek(end);
        if (end == 0) {
            access.write(header);
        }
    }

    private void replay(Map<String, String> made, Consumer<QuestionRecord> answered) {
        try (JsonLinesFile lines = new JsonLinesFile(file, MOST_LINE_BYTES, this::refusal)) {
            requireSame(lines.nextComplete(), made);
            for (JsonFields next = lines.nextComplete(); next != null; next = lines.nextComplete()) {
                answered.accept(record(next));
            }
        }
    }

    private void requireAlone(long lengthBefore) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = access.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null || access.length() != lengthBefore) {
            throw new StorageException("The answers " + file + " are in use: another run writes them.");
        }
    }

    /** The bytes up to the last line feed; what follows was not finished. */
    private long lastLineEnd() throws IOException {
        byte[] block = new byte[1 << 16];
        for (long end = access.length(); end > 0; end -= Math.min(end, block.length)) {
            int length = (int) Math.min(end, block.length);
            access.seek(end - length);
            access.readFully(block, 0, length);
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return end - length + i + 1;
                }
            }
        }
        return 0;
    }

    /** A file without a line is replaced only if it is the start of the line that would be written. */
    private void requireStartOf(byte[] header) throws IOException {
        String found = access.length() > header.length ? "" : read((int) access.length());
        if (access.length() > header.length || !new String(header, StandardCharsets.UTF_8).startsWith(found)) {
            throw refusal("it is no file of answers", null);
        }
    }

    private String read(int bytes) throws IOException {
        byte[] found = new byte[bytes];
        access.seek(0);
        access.readFully(found);
        return new String(found, StandardCharsets.UTF_8);
    }

    private void requireSame(@Nullable JsonFields header, Map<String, String> made) {
        if (header == null || !header.isText("format") || !header.text("format").equals(FORMAT)) {
            throw refusal("it is no file of answers of this version", null);
        }
        JsonFields before = header.nested("made");
        List<String> differences = new ArrayList<>();
        Map<String, String> all = new LinkedHashMap<>(made);
        before.names().forEach(name -> all.putIfAbsent(name, ""));
        all.keySet().forEach(name -> {
            String then = before.contains(name) ? before.text(name) : "(nothing)";
            String now = made.getOrDefault(name, "(nothing)");
            if (!then.equals(now)) {
                differences.add(name + " was " + then + " and is " + now);
            }
        });
        if (!differences.isEmpty()) {
            throw new StorageException("The answers " + file + " are of another run: " + String.join("; ", differences)
                    + ". Name another file, or remove this one.");
        }
    }

    private StorageException refusal(String problem, @Nullable Throwable cause) {
        return new StorageException(
                "The answers " + file + " cannot be continued: " + problem + ". Name another file.", cause);
    }

    private static QuestionRecord record(JsonFields line) {
        List<QuestionRecord.Sample> samples = new ArrayList<>();
        for (JsonFields sample : line.list("samples")) {
            samples.add(new QuestionRecord.Sample(
                    sample.text("text"), sample.oneOf("finish", FinishReason.class), sample.integer("tokens", 0)));
        }
        List<QuestionRecord.ChoiceScore> choices = new ArrayList<>();
        for (JsonFields choice : line.list("choices")) {
            choices.add(new QuestionRecord.ChoiceScore(choice.number("logProb"), choice.integer("tokens", 1)));
        }
        return new QuestionRecord(
                line.text("id"),
                line.integer("shots", QuestionRecord.NOT_ASKED),
                line.flag("inThought"),
                samples,
                choices);
    }

    /** Appends the answer to a question. */
    void append(QuestionRecord record) {
        try {
            access.write(line(json -> write(json, record)));
            if (System.nanoTime() - forced > FORCE_NANOS) {
                access.getFD().sync();
                forced = System.nanoTime();
            }
        } catch (IOException e) {
            throw new StorageException("The answers " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void header(JsonGenerator json, Map<String, String> made) throws IOException {
        json.writeStringField("format", FORMAT);
        json.writeObjectFieldStart("made");
        for (Map.Entry<String, String> entry : made.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, QuestionRecord record) throws IOException {
        json.writeStringField("id", record.id());
        json.writeNumberField("shots", record.shots());
        json.writeBooleanField("inThought", record.inThought());
        json.writeArrayFieldStart("samples");
        for (QuestionRecord.Sample sample : record.samples()) {
            json.writeStartObject();
            json.writeStringField("text", sample.text());
            json.writeStringField("finish", sample.finish().name());
            json.writeNumberField("tokens", sample.tokens());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("choices");
        for (QuestionRecord.ChoiceScore choice : record.choices()) {
            json.writeStartObject();
            json.writeNumberField("logProb", choice.logProb());
            json.writeNumberField("tokens", choice.tokens());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] line(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        try {
            access.getFD().sync();
            access.close();
        } catch (IOException e) {
            throw new StorageException("The answers " + file + " cannot be closed: " + e.getMessage(), e);
        }
    }
}
