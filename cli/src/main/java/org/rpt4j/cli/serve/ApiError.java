package org.rpt4j.cli.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.Printable;

/** A refusal in OpenAI's shape: {@code {"error": {"message", "type", "param", "code"}}}. */
final class ApiError extends Exception {

    private final HttpResponseStatus status;
    private final String type;
    private final @Nullable String param;
    private final String code;
    private final OptionalInt retryAfterSeconds;

    private ApiError(
            HttpResponseStatus status,
            String type,
            @Nullable String param,
            String code,
            String message,
            OptionalInt retryAfterSeconds) {
        super(Printable.of(message));
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** The client asked for something wrong. */
    static ApiError request(HttpResponseStatus status, String code, String message) {
        return new ApiError(status, "invalid_request_error", null, code, message, OptionalInt.empty());
    }

    /** A field of the request is wrong. */
    static ApiError field(String param, String code, String message) {
        return new ApiError(
                HttpResponseStatus.BAD_REQUEST, "invalid_request_error", param, code, message, OptionalInt.empty());
    }

    /** The server cannot answer now. */
    static ApiError server(HttpResponseStatus status, String code, String message) {
        return new ApiError(status, "server_error", null, code, message, OptionalInt.empty());
    }

    /** Too many requests wait. */
    static ApiError busy(int waiting, int retryAfterSeconds) {
        return new ApiError(
                HttpResponseStatus.TOO_MANY_REQUESTS,
                "rate_limit_error",
                null,
                "queue_full",
                waiting + " requests wait for an answer, which is the limit of this server. Try again in "
                        + retryAfterSeconds + " s.",
                OptionalInt.of(retryAfterSeconds));
    }

    HttpResponseStatus status() {
        return status;
    }

    /** When it is worth trying again. */
    OptionalInt retryAfterSeconds() {
        return retryAfterSeconds;
    }

    ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putObject("error")
                .put("message", getMessage())
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return root;
    }
}
