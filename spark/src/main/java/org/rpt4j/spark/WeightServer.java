package org.rpt4j.spark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.StorageException;

/**
 * Serves the files from the driver over HTTP. Whoever knows the secret in the address can read them; it travels in the
 * tasks of Spark, so encrypt those (spark.network.crypto.enabled) in a network that is not trusted.
 */
final class WeightServer implements WeightStore {

    /** What the address begins with. */
    static final String SCHEME = "http://";

    private static final int THREADS = 8;
    private static final int SECRET_BYTES = 16;
    private static final int BACKLOG = 1024;

    private final Map<String, Path> files = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final ExecutorService threads;
    private final String address;

    /**
     * Starts to serve.
     *
     * @param bind address to listen at
     * @param host name under which executors reach it
     * @param port to listen at; 0 for a free one
     * @throws StorageException if it cannot listen there
     */
    WeightServer(String bind, String host, int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(bind, port), BACKLOG);
        } catch (IOException e) {
            throw new StorageException(
                    "cannot serve the files of models at " + bind + ":" + port + ": " + e
                            + ". Choose another weights-port, or a shared-directory.",
                    e);
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        String path = "/" + HexFormat.of().formatHex(secret) + "/";
        this.address = SCHEME + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort() + path;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "rpt4j-weights");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext(path, exchange -> serve(exchange, path));
        server.start();
    }

    private void serve(HttpExchange exchange, String path) throws IOException {
        try (exchange) {
            @Nullable Path file = files.get(exchange.getRequestURI().getPath().substring(path.length()));
            if (file == null || !Files.isReadable(file)) {
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_NOT_FOUND, -1);
                return;
            }
            long size = Files.size(file);
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, size == 0 ? -1 : size);
            if (size > 0) {
                try (OutputStream out = exchange.getResponseBody()) {
                    Files.copy(file, out);
                }
            }
        }
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void add(String sha256, Path file) {
        files.put(sha256, file);
    }

    @Override
    public void remove(String sha256) {
        files.remove(sha256);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        files.clear();
    }
}
