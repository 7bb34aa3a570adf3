package org.rpt4j.cli.serve;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * How to serve.
 *
 * @param address to listen on; port 0 takes a free one
 * @param key what clients must know; empty lets everyone in
 * @param limits of requests
 */
public record ServerSettings(InetSocketAddress address, Optional<ApiKey> key, ServerLimits limits) {}
