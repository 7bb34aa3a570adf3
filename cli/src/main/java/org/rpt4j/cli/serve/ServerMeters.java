package org.rpt4j.cli.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.rpt4j.cli.serve.Engine.Usage;

/**
 * The meters of a server, below {@code rpt4j.serve.}:
 *
 * <ul>
 *   <li>timer {@code rpt4j.serve.requests} (tags {@code endpoint}, {@code status}), {@code rpt4j.serve.first.token}
 *   <li>counters {@code rpt4j.serve.tokens} (tag {@code kind}: prompt, output, thought), {@code rpt4j.serve.cancelled}
 *       (tag {@code reason})
 *   <li>gauges {@code rpt4j.serve.queue}, {@code rpt4j.serve.running}, {@code rpt4j.serve.connections}
 * </ul>
 *
 * Thread-safe.
 */
final class ServerMeters {

    private static final String TOKENS = "rpt4j.serve.tokens";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Adds a gauge of something that lives as long as the server. */
    <T> void gauge(String name, String description, T of, ToIntFunction<T> value) {
        Gauge.builder("rpt4j.serve." + name, of, value::applyAsInt)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** A response was sent; a client that went away got none, and has status 499 as with other servers. */
    void answered(Endpoint endpoint, int status, long nanos) {
        registry.timer("rpt4j.serve.requests", "endpoint", endpoint.key(), "status", Integer.toString(status))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    void firstPiece(long nanos) {
        registry.timer("rpt4j.serve.first.token").record(nanos, TimeUnit.NANOSECONDS);
    }

    void finished(Usage usage) {
        registry.counter(TOKENS, "kind", "prompt").increment(usage.prompt());
        registry.counter(TOKENS, "kind", "output").increment(usage.output());
        registry.counter(TOKENS, "kind", "thought").increment(usage.thought());
    }

    void cancelled(Job.Cancelled reason) {
        registry.counter("rpt4j.serve.cancelled", "reason", reason.key()).increment();
    }

    /** Everything in the text format of Prometheus. */
    String scrape() {
        return registry.scrape();
    }

    void close() {
        registry.close();
    }
}
