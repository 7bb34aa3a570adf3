package org.rpt4j.cli.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides by the header of a request whether it is read on. Beside the key it keeps pages of other sites out, which a
 * browser on this machine may have open: they may send no JSON ({@code Content-Type} is checked, so the browser asks
 * first, and is refused), may not read answers (there are no CORS headers), and cannot reach a server on loopback
 * under a
 * name of their own (DNS rebinding), since its {@code Host} must be a name of this machine. Thread-safe.
 */
final class Admission {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Optional<ApiKey> key;
    private final boolean loopbackOnly;
    private final String host;
    private final int maxBody;

    Admission(ServerSettings settings) {
        InetAddress address = settings.address().getAddress();
        this.key = settings.key();
        this.loopbackOnly = address.isLoopbackAddress() && key.isEmpty();
        this.host = settings.address().getHostString().toLowerCase(Locale.ROOT);
        this.maxBody = settings.limits().bodyBytes();
    }

    /** Returns if the request is read on. */
    void check(HttpRequest request, Endpoint endpoint) throws ApiError {
        requireWellFormed(request);
        requireHost(request.headers());
        if (endpoint == Endpoint.UNKNOWN) {
            throw ApiError.request(
                    HttpResponseStatus.NOT_FOUND, "not_found", "There is nothing at this path. See docs/serving.md.");
        }
        requireMethod(request.method(), endpoint);
        requireKey(request.headers(), endpoint);
        if (request.method().equals(HttpMethod.POST)) {
            requireJson(request.headers());
        }
    }

    /** The error for a body over the limit. */
    ApiError tooLarge() {
        return ApiError.request(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "body_too_large",
                "The body of the request is larger than " + maxBody + " bytes, the limit of this server.");
    }

    private static void requireWellFormed(HttpRequest request) throws ApiError {
        if (request.decoderResult().isSuccess()) {
            return;
        }
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            throw ApiError.request(
                    HttpResponseStatus.REQUEST_URI_TOO_LONG,
                    "uri_too_long",
                    "The first line of the request is too long.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            throw ApiError.request(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "header_too_large",
                    "The header of the request is too large.");
        }
        throw malformed();
    }

    /** The error for what is not HTTP. */
    static ApiError malformed() {
        return ApiError.request(
                HttpResponseStatus.BAD_REQUEST, "malformed_request", "This is not a request of HTTP 1.1.");
    }

    private void requireHost(HttpHeaders headers) throws ApiError {
        String given = name(headers.get(HttpHeaderNames.HOST, ""));
        if (loopbackOnly && !given.isEmpty() && !given.equals(host) && !LOOPBACK.contains(given)) {
            throw ApiError.request(
                    HttpResponseStatus.FORBIDDEN,
                    "wrong_host",
                    "This server listens on loopback without a key and answers only as localhost. Start it with a key"
                            + " to use another name.");
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null && !isOwn(origin, headers.get(HttpHeaderNames.HOST, ""))) {
            throw ApiError.request(
                    HttpResponseStatus.FORBIDDEN, "wrong_origin", "Pages of other sites may not use this server.");
        }
    }

    private static boolean isOwn(String origin, String host) {
        int scheme = origin.indexOf("://");
        return scheme > 0 && !host.isEmpty() && origin.substring(scheme + 3).equalsIgnoreCase(host);
    }

    /** A host without its port. */
    private static String name(String hostAndPort) {
        int port = hostAndPort.lastIndexOf(':');
        boolean hasPort = port >= 0 && hostAndPort.indexOf(']') < port;
        return (hasPort ? hostAndPort.substring(0, port) : hostAndPort).toLowerCase(Locale.ROOT);
    }

    private static void requireMethod(HttpMethod method, Endpoint endpoint) throws ApiError {
        if (!endpoint.methods().contains(method)) {
            String allowed = endpoint.methods().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            throw ApiError.request(
                    HttpResponseStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "This path takes " + allowed + ".");
        }
    }

    private void requireKey(HttpHeaders headers, Endpoint endpoint) throws ApiError {
        if (key.isPresent() && endpoint.needsKey() && !key.get().isIn(headers.get(HttpHeaderNames.AUTHORIZATION, ""))) {
            throw ApiError.request(
                    HttpResponseStatus.UNAUTHORIZED,
                    "invalid_api_key",
                    "The key is missing or wrong. Send it as \"Authorization: Bearer KEY\".");
        }
    }

    private static void requireJson(HttpHeaders headers) throws ApiError {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        String plain = type.split(";", 2)[0].strip();
        if (!plain.equalsIgnoreCase(Responses.JSON)) {
            throw ApiError.request(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "The body must be JSON, with the header \"Content-Type: application/json\".");
        }
        if (headers.contains(HttpHeaderNames.CONTENT_ENCODING)) {
            throw ApiError.request(
                    HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "A body with a Content-Encoding is not supported.");
        }
    }
}
