package org.rpt4j.spi.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.Printable;

/**
 * Requests to a server, tried again after failures that pass: no connection, a cut body, a timeout, status 429 and 5xx.
 * Thread-safe. Closing ends the requests that run.
 */
public final class Endpoint {

    private static final int SHOWN = 300;

    /**
     * The address in a text, without slashes at its end; empty if it is no http or https address, or has a user, a
     * password, a query or a fragment. None of them is ever printed.
     */
    public static Optional<URI> address(String text) {
        try {
            URI url = new URI(text.strip().replaceAll("/+$", ""));
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            return Optional.of(url)
                    .filter(given -> http
                            && given.getHost() != null
                            && given.getPort() <= 0xffff
                            && given.getRawUserInfo() == null
                            && given.getRawQuery() == null
                            && given.getRawFragment() == null);
        } catch (URISyntaxException e) {
            return Optional.empty(); // its message would print the address
        }
    }

    /** A request on its way, with what is needed to send it again. */
    public record Call(
            HttpRequest request, long bound, CompletableFuture<HttpResponse<byte[]>> answer, long deadline) {}

    /**
     * What messages say about a server and its client.
     *
     * @param client what asks, such as {@code scorer}
     * @param work what it does, such as {@code scoring}
     * @param connection what to do without a connection, a sentence
     * @param key what to do about a key that is missing or not accepted, the end of a sentence
     */
    public record Words(String client, String work, String connection, String key) {}

    /** Makes the error of an answer that no repetition would change: a status below 500 other than 200 and 429. */
    @FunctionalInterface
    public interface Refusals {

        /** A failure of the server, whatever it says. */
        Refusals FAILURES = (status, where, body) ->
                new BackendFailureException(where + ". The request would fail again, so it was not repeated.");

        /**
         * The error.
         *
         * @param where what was asked and answered, in words
         */
        RuntimeException error(int status, String where, String body);
    }

    private final URI url;
    private final @Nullable String apiKey;
    private final Words words;
    private final Refusals refusals;
    private final RequestSettings requests;
    private final HttpClient client;
    private final Set<CompletableFuture<?>> running = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /**
     * Creates a client; nothing is sent yet.
     *
     * @param url the server, such as {@code http://host:8000}
     * @param apiKey sent as a bearer token, and never printed; null for none
     * @param requests how requests are sent
     * @param words what its messages say
     * @param refusals errors of requests that the server refuses
     */
    public Endpoint(URI url, @Nullable String apiKey, RequestSettings requests, Words words, Refusals refusals) {
        this.refusals = refusals;
        this.url = url;
        this.apiKey = apiKey;
        this.requests = requests;
        this.words = words;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(requests.connectTimeout())
                .build();
    }

    /**
     * Sends a request.
     *
     * @param path below the address of the server
     * @param bound most bytes of an answer
     */
    public Call get(String path, long bound) {
        return send(request(path).GET().build(), bound);
    }

    /**
     * Sends a request with a body.
     *
     * @param path below the address of the server
     * @param bound most bytes of an answer
     */
    public Call post(String path, byte[] json, long bound) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                        .build(),
                bound);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(requests.timeout())
                .header("Accept", "application/json");
        if (apiKey != null) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        return request;
    }

    private Call send(HttpRequest request, long bound) {
        requireOpen();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, info -> new BoundedBody(bound));
        running.add(answer);
        answer.whenComplete((response, failure) -> running.remove(answer));
        if (closed.isDone()) {
            answer.cancel(true);
        }
        return new Call(
                request, bound, answer, System.nanoTime() + requests.timeout().toNanos());
    }

    /**
     * Waits for an answer of status 200, and sends the request again as often as the settings allow.
     *
     * @throws BackendUnavailableException if there is no server, or it refuses the key
     * @throws BackendFailureException if it fails in another way
     * @throws OperationCancelledException if the thread is interrupted
     */
    public byte[] await(Call first) {
        Call call = first;
        for (int attempt = 0; ; attempt++) {
            @Nullable Throwable failure = null;
            @Nullable HttpResponse<byte[]> response = null;
            try {
                response = call.answer().get(Math.max(1, call.deadline() - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                call.answer().cancel(true);
                throw interrupted(e);
            } catch (ExecutionException e) {
                failure = e.getCause();
            } catch (TimeoutException | CancellationException e) {
                call.answer().cancel(true);
                failure = e;
            }
            requireOpen();
            if (response != null && response.statusCode() == 200) {
                return response.body();
            }
            if (response != null && response.statusCode() != 429 && response.statusCode() < 500) {
                throw refusal(response);
            }
            if (attempt == requests.retries() || failure instanceof BoundedBody.TooLarge) {
                throw lasting(call, response, failure, attempt + 1);
            }
            pause(wait(attempt, response));
            call = send(call.request(), call.bound());
        }
    }

    private Duration wait(int attempt, @Nullable HttpResponse<byte[]> response) {
        if (response != null) {
            String asked =
                    response.headers().firstValue("Retry-After").orElse("").strip();
            if (asked.matches("\\d{1,9}")) {
                Duration wait = Duration.ofSeconds(Long.parseLong(asked));
                return wait.compareTo(requests.longestWait()) > 0 ? requests.longestWait() : wait;
            }
        }
        double doubled = requests.firstWait().toNanos() * Math.pow(2, attempt);
        long most = (long) Math.min(requests.longestWait().toNanos(), doubled);
        // Half of the wait is random, so that clients which failed together do not come back together.
        return Duration.ofNanos(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    /** Waits until the time is over or the server is closed. */
    private void pause(Duration wait) {
        try {
            closed.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            return;
        }
        requireOpen();
    }

    private OperationCancelledException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OperationCancelledException(words.work() + " was interrupted", e);
    }

    private RuntimeException refusal(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        String where = "the server " + url + " answered "
                + response.request().uri().getPath() + " with status " + status + ": " + excerpt(response.body());
        if (status == 401 || status == 403) {
            return new BackendUnavailableException(
                    where + ". " + (apiKey == null ? "No key was sent" : "The key that was sent is not accepted") + "; "
                            + words.key());
        }
        return refusals.error(status, where, new String(response.body(), StandardCharsets.UTF_8));
    }

    private RuntimeException lasting(
            Call call, @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure, int tries) {
        String where = "the server " + url + " gave no answer to "
                + call.request().uri().getPath() + " in " + tries + (tries == 1 ? " try" : " tries") + ", last ";
        if (failure instanceof ConnectException) {
            return new BackendUnavailableException(where + "no connection. " + words.connection(), failure);
        }
        if (response != null) {
            return new BackendFailureException(
                    where + "status " + response.statusCode() + ": " + excerpt(response.body()) + ".");
        }
        String reason = failure instanceof IOException && failure.getMessage() != null
                ? failure.getMessage()
                : "nothing within " + requests.timeout().toSeconds() + " s";
        return new BackendFailureException(where + reason + ".", failure);
    }

    /** The first characters of a body, for messages. */
    public String excerpt(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, SHOWN), StandardCharsets.UTF_8);
        String safe = apiKey == null ? text : text.replace(apiKey, "***");
        return "\"" + Printable.line(safe) + "\"" + (body.length > SHOWN ? " ..." : "");
    }

    private void requireOpen() {
        if (closed.isDone()) {
            throw new IllegalStateException(
                    "this " + words.client() + " is closed; " + words.work() + " is no longer possible");
        }
    }

    /** Whether it is closed. */
    public boolean isClosed() {
        return closed.isDone();
    }

    /** Ends the requests that run; idempotent. */
    public void close() {
        closed.complete(null);
        running.forEach(answer -> answer.cancel(true));
    }
}
