package org.rpt4j.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.PlainFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The polls of a run by the hash of their question, one JSON object per line, so that a resumed run asks nothing twice. A
 * line that was cut off is asked again. Without a file it remembers them in memory. For one thread at a time.
 */
final class JudgeRecord {

    /** The name of the file. */
    static final String FILE = "judge.jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(JudgeRecord.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int MOST_CHARACTERS = 1000;
    private static final int KEY_CHARACTERS = 64;

    private final @Nullable Path directory;
    private final Map<String, Poll> polls;

    private JudgeRecord(@Nullable Path directory, Map<String, Poll> polls) {
        this.directory = directory;
        this.polls = polls;
    }

    /**
     * Reads the file in a directory; an empty record if there is none yet.
     *
     * @throws StorageException if it cannot be read
     */
    static JudgeRecord open(Optional<Path> directory) {
        Map<String, Poll> polls = directory
                .map(path -> path.resolve(FILE))
                .filter(Files::exists)
                .map(JudgeRecord::read)
                .orElseGet(HashMap::new);
        return new JudgeRecord(directory.orElse(null), polls);
    }

    static Map<String, Poll> read(Path file) {
        Map<String, Poll> polls = new HashMap<>();
        long damaged = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(PlainFiles.open(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!add(line, polls) && !line.isEmpty()) {
                    damaged++;
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    "The answers of the judge in " + file + " cannot be read: " + e + ". Restore the file, or remove it"
                            + " to ask again.",
                    e);
        }
        if (damaged > 0) {
            LOG.warn("{} lines of {} are damaged; what they answered is asked again.", damaged, file);
        }
        return polls;
    }

    private static boolean add(String line, Map<String, Poll> polls) {
        if (line.isEmpty() || line.length() > MOST_CHARACTERS) {
            return false;
        }
        try {
            JsonNode json = JSON.readTree(line);
            String key = json.path("question").asText("");
            if (key.length() != KEY_CHARACTERS || !json.path("yes").isInt()) {
                return false;
            }
            polls.put(
                    key,
                    new Poll(
                            json.path("yes").asInt(),
                            json.path("no").asInt(),
                            json.path("neither").asInt(),
                            json.path("promptTokens").asLong(),
                            json.path("completionTokens").asLong()));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    Optional<Poll> find(String key) {
        return Optional.ofNullable(polls.get(key));
    }

    /**
     * Keeps polls, in memory and at the end of the file.
     *
     * @throws StorageException if the file cannot be written
     */
    void add(Map<String, Poll> answered) {
        polls.putAll(answered);
        if (directory == null || answered.isEmpty()) {
            return;
        }
        Path file = directory.resolve(FILE);
        StringBuilder lines = new StringBuilder();
        answered.forEach((key, poll) -> lines.append(line(key, poll)).append('\n'));
        try {
            AtomicFiles.createDirectories(directory);
            // A line that was cut off by a kill must not swallow the next one.
            String start = Files.exists(file) && Files.size(file) > 0 ? "\n" : "";
            Files.writeString(file, start + lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new StorageException(
                    "The answers of the judge cannot be written to " + file + ": " + e + ". Free disk space, and resume"
                            + " from the checkpoint.",
                    e);
        }
    }

    private static String line(String key, Poll poll) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("question", key)
                .put("yes", poll.yes())
                .put("no", poll.no())
                .put("neither", poll.neither())
                .put("promptTokens", poll.promptTokens())
                .put("completionTokens", poll.completionTokens());
        return json.toString();
    }
}
