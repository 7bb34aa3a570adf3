package org.rpt4j.core.corpus;

import com.fasterxml.jackson.core.JsonToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Reads one JSON object per line and skips blank lines. The document's number is its line number. */
final class JsonLinesReader implements DocumentReader {

    private final CorpusFile file;
    private final LineReader lines;
    private final CorpusOptions options;
    private final BadLines badLines;
    private final List<String> textFields;

    JsonLinesReader(CorpusFile file, LineReader lines, CorpusOptions options, BadLines badLines) {
        this.file = file;
        this.lines = lines;
        this.options = options;
        this.badLines = badLines;
        this.textFields = options.textFields();
    }

    @Override
    public @Nullable Document read() {
        for (Line line = lines.next(); line != null; line = lines.next()) {
            try {
                String text = line.text();
                if (!text.isBlank()) {
                    return options.join(file.id(line.number()), parts(text, line.place()));
                }
            } catch (CorpusException e) {
                badLines.passOver(file, line.number(), e);
            }
        }
        return null;
    }

    @Override
    public void skipTo(CorpusPlace place) {
        lines.skip(place.offset(), place.number());
    }

    @Override
    public CorpusPlace place(int index) {
        return new CorpusPlace(index, lines.offset(), lines.number(), 0);
    }

    @Override
    public void close() {
        lines.close();
    }

    /** The strings of the text fields, in the order of the options. */
    private List<String> parts(String line, String place) {
        Map<String, String> found = new TreeMap<>();
        List<String> present = new ArrayList<>();
        JsonLine.read(line, place, json -> {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                present.add(field);
                JsonToken value = json.nextToken();
                if (!textFields.contains(field)) {
                    json.skipChildren();
                } else if (value == JsonToken.VALUE_STRING) {
                    found.put(field, json.getText());
                } else {
                    throw new CorpusException("Corpus " + place + ": field \"" + field + "\" is " + JsonLine.kind(value)
                            + ", not a string. Choose another field among " + present + ".");
                }
            }
            return present;
        });
        return inOrder(found, present, place);
    }

    private List<String> inOrder(Map<String, String> found, List<String> present, String place) {
        List<String> parts = new ArrayList<>();
        for (String field : textFields) {
            String part = found.get(field);
            if (part == null) {
                throw new CorpusException("Corpus " + place + " has no field \"" + field + "\"; it has " + present
                        + ". Name the field that holds the text.");
            }
            JsonLine.requirePairedSurrogates(part, field, place);
            parts.add(part);
        }
        return parts;
    }
}
