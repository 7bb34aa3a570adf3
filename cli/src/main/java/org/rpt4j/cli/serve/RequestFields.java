package org.rpt4j.cli.serve;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.model.format.JsonFields;

/** The fields of a request. One that is {@code null} is absent, as clients send it; a wrong one is refused by name. */
final class RequestFields {

    private static final String WHERE = "request";

    private final JsonFields fields;
    private final String path;

    private RequestFields(JsonFields fields, String path) {
        this.fields = fields;
        this.path = path;
    }

    private static RptException refusal(String problem, @Nullable Throwable cause) {
        return new ConfigurationException(List.of(problem), cause);
    }

    /** Parses the body of a request. */
    static RequestFields parse(byte[] body) throws ApiError {
        try {
            return new RequestFields(JsonFields.parse(body, WHERE, RequestFields::refusal), "");
        } catch (ConfigurationException e) {
            throw ApiError.request(
                    HttpResponseStatus.BAD_REQUEST,
                    "invalid_json",
                    "The body of the " + e.problems().get(0) + ".");
        }
    }

    /** Whether a field has a value. */
    boolean has(String name) {
        return fields.has(name);
    }

    List<String> names() {
        return fields.names();
    }

    String text(String name) throws ApiError {
        return read(name, () -> fields.text(name));
    }

    Optional<String> findText(String name) throws ApiError {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    boolean flag(String name) throws ApiError {
        return has(name) && read(name, () -> fields.flag(name));
    }

    OptionalDouble findNumber(String name, double min, double max) throws ApiError {
        if (!has(name)) {
            return OptionalDouble.empty();
        }
        double value = read(name, () -> fields.number(name));
        if (value < min || value > max) {
            throw outside(name, value, min, max);
        }
        return OptionalDouble.of(value);
    }

    OptionalInt findInteger(String name, int min, int max) throws ApiError {
        if (!has(name)) {
            return OptionalInt.empty();
        }
        long value = read(name, () -> fields.whole(name));
        if (value < min || value > max) {
            throw outside(name, value, min, max);
        }
        return OptionalInt.of((int) value);
    }

    OptionalLong findWhole(String name) throws ApiError {
        return has(name) ? OptionalLong.of(read(name, () -> fields.whole(name))) : OptionalLong.empty();
    }

    /** Whether a field is absent or has a value that changes nothing. */
    boolean isNeutral(String name, String value) throws ApiError {
        if (!has(name)) {
            return true;
        }
        return switch (value) {
            case "false" -> !flag(name);
            case "\"\"" -> text(name).isEmpty();
            default -> read(name, () -> fields.number(name)) == Double.parseDouble(value);
        };
    }

    /** A text or a list of texts. */
    List<String> texts(String name) throws ApiError {
        if (!has(name)) {
            return List.of();
        }
        return read(name, () -> fields.isText(name) ? List.of(fields.text(name)) : fields.texts(name));
    }

    boolean isText(String name) {
        return fields.isText(name);
    }

    Optional<RequestFields> findNested(String name) throws ApiError {
        return has(name)
                ? Optional.of(new RequestFields(read(name, () -> fields.nested(name)), path(name)))
                : Optional.empty();
    }

    List<RequestFields> list(String name) throws ApiError {
        List<RequestFields> all = new ArrayList<>();
        for (JsonFields element : read(name, () -> fields.list(name))) {
            all.add(new RequestFields(element, path(name) + "[" + all.size() + "]"));
        }
        return all;
    }

    /** Refuses the names that are not among these. */
    void requireOnly(Set<String> known) throws ApiError {
        for (String name : names()) {
            if (!known.contains(name)) {
                throw refuse(name, "unknown_field", "is not known to this server. Leave it out.");
            }
        }
    }

    /** The error for a field. */
    ApiError refuse(String name, String code, String problem) {
        return ApiError.field(path(name), code, "\"" + path(name) + "\" " + problem);
    }

    private ApiError outside(String name, Number value, Number min, Number max) {
        return refuse(name, "invalid_value", "is " + value + ", expected a number from " + min + " to " + max + ".");
    }

    private <T> T read(String name, Supplier<T> value) throws ApiError {
        try {
            return value.get();
        } catch (ConfigurationException e) {
            String problem = e.problems().get(0);
            throw ApiError.field(
                    path(name),
                    "invalid_value",
                    problem.startsWith(WHERE + ": ") ? problem.substring(WHERE.length() + 2) + "." : problem);
        }
    }

    private String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
