package org.rpt4j.cli.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** Makes responses. Stateless. */
final class Responses {

    static final String JSON = "application/json";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Responses() {}

    static FullHttpResponse json(HttpResponseStatus status, ObjectNode body) {
        return whole(status, JSON, bytes(body));
    }

    static FullHttpResponse error(ApiError error) {
        FullHttpResponse response = json(error.status(), error.json());
        error.retryAfterSeconds().ifPresent(seconds -> response.headers().set(HttpHeaderNames.RETRY_AFTER, seconds));
        if (error.status().equals(HttpResponseStatus.UNAUTHORIZED)) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        return response;
    }

    static FullHttpResponse whole(HttpResponseStatus status, String type, byte[] body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return secured(response, type);
    }

    /** The start of a stream of server-sent events. */
    static HttpResponse stream() {
        return secured(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK), "text/event-stream");
    }

    /** One server-sent event. JSON has no line breaks, so it is one line. */
    static ByteBuf event(ObjectNode data) {
        return event(new String(bytes(data), StandardCharsets.UTF_8));
    }

    static ByteBuf event(String data) {
        return Unpooled.copiedBuffer("data: " + data + "\n\n", StandardCharsets.UTF_8);
    }

    /** No answer is kept by a cache or read as another type. */
    private static <T extends HttpResponse> T secured(T response, String type) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, type);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        return response;
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values can always be written", e);
        }
    }
}
