package org.rpt4j.cli.serve;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;

/**
 * The page on which a browser shows a thought while it is written. It loads nothing: its policy lets the one script and
 * the one style in it run, and lets it talk to this server alone. Immutable.
 */
final class LivePage {

    private static final String NAME = "page.html";

    private final byte[] page;
    private final String policy;

    private LivePage(byte[] page, String policy) {
        this.page = page;
        this.policy = policy;
    }

    static LivePage load() {
        try (InputStream in = Objects.requireNonNull(LivePage.class.getResourceAsStream(NAME), NAME)) {
            byte[] page = in.readAllBytes();
            String text = new String(page, StandardCharsets.UTF_8);
            String policy = "default-src 'none'; script-src " + hash(text, "script") + "; style-src "
                    + hash(text, "style")
                    + "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            return new LivePage(page, policy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FullHttpResponse response() {
        FullHttpResponse response = Responses.whole(HttpResponseStatus.OK, "text/html; charset=utf-8", page);
        response.headers().set("Content-Security-Policy", policy);
        response.headers().set("Referrer-Policy", "no-referrer");
        return response;
    }

    /** The source by which a policy allows what stands in an element. */
    private static String hash(String page, String element) {
        int start = page.indexOf("<" + element + ">") + element.length() + 2;
        String content = page.substring(start, page.indexOf("</" + element + ">", start));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
