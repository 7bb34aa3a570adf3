package org.rpt4j.cli.serve;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** A server on a free port of this machine. */
final class Running implements AutoCloseable {

    static final String KEY = "sk-0123456789abcdef";

    static final ServerLimits LIMITS = new ServerLimits(
            4096,
            2048,
            16,
            100,
            64,
            2,
            new ServerLimits.Times(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60)));

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final StringWriter log = new StringWriter();
    private final TextServer server;

    Running(Engine engine) {
        this(engine, LIMITS, Optional.empty());
    }

    Running(Engine engine, ServerLimits limits, Optional<ApiKey> key) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = TextServer.start(engine, new ServerSettings(address, key, limits), new PrintWriter(log));
    }

    static Running withKey(Engine engine) {
        return new Running(engine, LIMITS, Optional.of(ApiKey.of(KEY)));
    }

    static ServerLimits times(Duration request, Duration client, Duration stop) {
        return new ServerLimits(4096, 2048, 16, 100, 64, 2, new ServerLimits.Times(request, client, stop));
    }

    int port() {
        return server.address().getPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** What the operator was told. */
    String log() {
        return log.toString();
    }

    RawClient connect() throws IOException {
        return new RawClient(port());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url(path))).GET());
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url(path)))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
    }
}
