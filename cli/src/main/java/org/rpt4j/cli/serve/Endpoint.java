package org.rpt4j.cli.serve;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Locale;

/** What the server has. */
enum Endpoint {
    PAGE("/", false, HttpMethod.GET, HttpMethod.HEAD),
    HEALTH("/health", false, HttpMethod.GET, HttpMethod.HEAD),
    METRICS("/metrics", true, HttpMethod.GET, HttpMethod.HEAD),
    MODELS("/v1/models", true, HttpMethod.GET, HttpMethod.HEAD),
    MODEL("/v1/models/", true, HttpMethod.GET, HttpMethod.HEAD),
    COMPLETIONS("/v1/completions", true, HttpMethod.POST),
    CHAT("/v1/chat/completions", true, HttpMethod.POST),
    /** Any other path. */
    UNKNOWN("", true);

    private final String path;
    private final boolean needsKey;
    private final List<HttpMethod> methods;

    Endpoint(String path, boolean needsKey, HttpMethod... methods) {
        this.path = path;
        this.needsKey = needsKey;
        this.methods = List.of(methods);
    }

    static Endpoint of(String path) {
        for (Endpoint endpoint : values()) {
            if (endpoint.path.equals(path)) {
                return endpoint == MODEL ? UNKNOWN : endpoint;
            }
        }
        return path.startsWith(MODEL.path) ? MODEL : UNKNOWN;
    }

    /** The rest of the path of {@link #MODEL}. */
    static String modelOf(String path) {
        return path.substring(MODEL.path.length());
    }

    boolean needsKey() {
        return needsKey;
    }

    List<HttpMethod> methods() {
        return methods;
    }

    /** For a meter. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
