package org.rpt4j.cli.serve;

import java.time.Duration;

/**
 * What one client may ask of the server.
 *
 * @param bodyBytes largest body of a request
 * @param headerBytes largest header of a request
 * @param connections connections at the same time
 * @param promptTokens most tokens of a prompt
 * @param outputTokens most tokens of an answer, and the default where a request has no limit
 * @param queue requests that may wait while one is answered
 * @param times how long the server waits
 */
public record ServerLimits(
        int bodyBytes, int headerBytes, int connections, int promptTokens, int outputTokens, int queue, Times times) {

    /**
     * How long the server waits.
     *
     * @param request from a complete request to the end of its answer
     * @param client for a client that sends its request or takes the answer slowly
     * @param stop for requests under way when the server stops
     */
    public record Times(Duration request, Duration client, Duration stop) {}
}
