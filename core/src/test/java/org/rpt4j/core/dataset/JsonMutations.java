package org.rpt4j.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rpt4j.api.error.RptException;

/**
 * Every way in which one field of a JSON file goes wrong. A reader must refuse what has the wrong type, naming file and
 * field; a value of the right type may be refused or read; nothing else may happen.
 */
public final class JsonMutations {

    /** Reads the changed text and does with it whatever a caller would. */
    @FunctionalInterface
    public interface Reader {
        void read(String json) throws Exception;
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PLACE = "the place of the change";

    /** Replacements that are wrong wherever a scalar or a container of another type stood. */
    private static final Map<String, String> OF_ANOTHER_TYPE = Map.of(
            "null", "null",
            "an object", "{\"strange\": {}}",
            "a list of lists", "[[[]]]",
            "a number too large", "1e999999999999");

    /** Replacements that may have the right type. */
    private static final List<String> PERHAPS = List.of(
            "-1",
            "0",
            "2147483648",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999999",
            "1.5",
            "1e308",
            "-1e308",
            "\"NaN\"",
            "\"\"",
            "\"x\"",
            "\"\\u001b]0;x\\u0007\\u202e\"",
            "true",
            "[]",
            "{}");

    /** Replacements that no file may contain. */
    private static final Map<String, String> NEVER = Map.of(
            "depth", "[".repeat(50_000) + "]".repeat(50_000),
            "objects in depth", "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000),
            "a literal NaN", "NaN");

    private final Class<? extends RptException> error;
    private final Set<String> optional;
    private final Set<String> nullable;
    private int refused;

    /**
     * @param error the kind of error that the reader throws
     * @param optional names of fields that may be missing, or that nobody reads
     * @param nullable names of fields that may be null
     */
    public JsonMutations(Class<? extends RptException> error, Set<String> optional, Set<String> nullable) {
        this.error = error;
        this.optional = optional;
        this.nullable = nullable;
    }

    /**
     * Changes every field of a text, one at a time.
     *
     * @param file must be in every message
     * @return number of changes that were refused
     */
    public int check(String file, String json, Reader reader) throws Exception {
        refused = 0;
        reader.read(json);
        JsonNode root = JSON.readTree(json);
        List<Place> places = new ArrayList<>();
        collect(root, "", places);
        assertThat(places).isNotEmpty();
        for (Place place : places) {
            boolean read = !optional.contains(place.name());
            if (place.parent() instanceof ObjectNode parent) {
                JsonNode old = parent.remove(place.name());
                refuses(file, place, "missing", JSON.writeValueAsString(root), reader, read && !place.isEntry());
                parent.set(place.name(), old);
            }
            for (Map.Entry<String, String> change : OF_ANOTHER_TYPE.entrySet()) {
                boolean mayBeNull = change.getKey().equals("null") && mayBeNull(place);
                refuses(file, place, change.getKey(), with(root, place, change.getValue()), reader, read && !mayBeNull);
            }
            for (String change : PERHAPS) {
                refuses(file, place, change, with(root, place, change), reader, false);
            }
            // They are large, and the place does not matter.
            for (Map.Entry<String, String> change :
                    place == places.get(0) ? NEVER.entrySet() : Set.<Map.Entry<String, String>>of()) {
                refuses(file, null, change.getKey(), with(root, place, change.getValue()), reader, true);
            }
            if (place.parent() instanceof ObjectNode) {
                String twice = with(root, place, "1,\"" + place.name().replace("\"", "\\\"") + "\":1");
                refuses(file, null, "twice", twice, reader, true);
            }
        }
        return refused;
    }

    /** A number that was not measured is null. */
    private boolean mayBeNull(Place place) {
        return nullable.contains(place.name()) || MEASURED.contains(place.of());
    }

    /**
     * A field or an element.
     *
     * @param of name of the parent
     * @param isEntry whether it is one of many under names that the reader does not know, so that it may be missing
     */
    private record Place(JsonNode parent, String name, int index, String of, boolean isEntry) {

        JsonNode get() {
            return parent instanceof ArrayNode list ? list.get(index) : parent.get(name);
        }

        void set(JsonNode value) {
            if (parent instanceof ArrayNode list) {
                list.set(index, value);
            } else {
                ((ObjectNode) parent).set(name, value);
            }
        }
    }

    private static final Set<String> MAPS = Set.of(
            "seeds",
            "settings",
            "values",
            "patterns",
            "reasons",
            "passAtK",
            "identity",
            "rules",
            "bytes",
            "sha256",
            "histogram");

    private static final Set<String> MEASURED = Set.of("values", "patterns");

    private void collect(JsonNode node, String name, List<Place> places) {
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(field -> {
                if (!optional.contains(field) || !object.get(field).isContainerNode()) {
                    places.add(new Place(object, field, 0, name, MAPS.contains(name) || field.matches("-?[0-9]+")));
                    collect(object.get(field), field, places);
                }
            });
        } else if (node instanceof ArrayNode list && !list.isEmpty()) {
            for (int i : new TreeSet<>(List.of(0, list.size() - 1))) {
                places.add(new Place(list, name, i, name, false));
                collect(list.get(i), name, places);
            }
        }
    }

    private static String with(JsonNode root, Place place, String change) throws IOException {
        JsonNode old = place.get();
        place.set(TextNode.valueOf(PLACE));
        String json = JSON.writeValueAsString(root);
        place.set(old);
        return json.replace("\"" + PLACE + "\"", change);
    }

    private void refuses(String file, Place place, String change, String json, Reader reader, boolean must)
            throws Exception {
        String what = file + ": " + (place == null ? "a field" : place.name()) + " " + change;
        try {
            reader.read(json);
            assertThat(must).as("%s is refused", what).isFalse();
        } catch (RptException e) {
            refused++;
            assertThat(e).as(what).isInstanceOf(error);
            assertThat(e.getMessage()).as(what).contains(file.replaceAll(", line 1$", ""));
            if (place != null && must) {
                assertThat(e.getMessage()).as(what).contains(place.name());
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(what + " gives " + e, e);
        }
    }
}
