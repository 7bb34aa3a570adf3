package org.rpt4j.core.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * Reads the objects of one JSON array, or objects that span several lines, as rows, one at a time. Where the JSON itself is broken the pass ends, because
 * where the next object begins would be a guess.
 */
final class JsonObjectRows implements FileReader<Row> {

    private final CorpusFile file;
    private final RowLayout layout;
    private final BadLines bad;
    private final RowBudget budget;
    private final JsonParser json;
    private final boolean inArray;
    private long row;
    private boolean ended;

    /** @param inArray whether the objects stand in one array, and not behind each other */
    JsonObjectRows(
            CorpusFile file,
            InputStream content,
            CorpusOptions options,
            RowLayout layout,
            BadLines bad,
            boolean inArray)
            throws IOException {
        this.file = file;
        this.layout = layout;
        this.bad = bad;
        this.budget = new RowBudget(options.maxDocumentBytes());
        this.json = JsonLine.JSON.createParser(budget.of(content, this::place));
        this.inArray = inArray;
        if (inArray) {
            json.nextToken();
        }
    }

    @Override
    public @Nullable Row read() {
        while (!ended) {
            try {
                Row found = next();
                if (found != null) {
                    return found;
                }
            } catch (JsonProcessingException e) {
                throw new CorpusException(
                        "Corpus " + place() + " is not valid JSON: " + e.getOriginalMessage()
                                + ". Check that the file is complete.",
                        e);
            } catch (IOException e) {
                throw new CorpusException(
                        "Corpus " + place() + " cannot be read: " + e + ". Check that the file is complete.", e);
            }
        }
        return null;
    }

    private @Nullable Row next() throws IOException {
        row++;
        budget.startRow();
        JsonToken token = json.nextToken();
        if (!inArray && token == null) {
            ended = true;
            return null;
        }
        if (inArray && token == JsonToken.END_ARRAY) {
            ended = true;
            if (json.nextToken() != null) {
                throw new CorpusException("Corpus " + file.path() + " has text after its JSON array. Write the rows as"
                        + " one array, or one object per line.");
            }
            return null;
        }
        try {
            if (token != JsonToken.START_OBJECT) {
                json.skipChildren();
                throw new CorpusException("Corpus " + place() + " holds " + JsonLine.kind(token)
                        + ", not a JSON object. Write every row as an object.");
            }
            return new Row(file.name(), row, place(), JsonValues.fields(json, layout, place()));
        } catch (CorpusException e) {
            skipRest();
            bad.passOver(file, row, e);
            return null;
        }
    }

    /** Goes to the end of the row in which a value was refused. */
    private void skipRest() throws IOException {
        while (isInRow()) {
            if (json.nextToken() == null) {
                return;
            }
        }
    }

    private boolean isInRow() {
        JsonStreamContext context = json.getParsingContext();
        if (!inArray) {
            return !context.inRoot();
        }
        return !context.getParent().inRoot() || context.inObject();
    }

    private String place() {
        return file.path() + ", row " + row;
    }

    @Override
    public void close() {
        try {
            json.close();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file.path() + " cannot be closed: " + e, e);
        }
    }
}
