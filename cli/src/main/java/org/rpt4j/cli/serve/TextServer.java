package org.rpt4j.cli.serve;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rpt4j.api.error.ConfigurationException;

/**
 * An HTTP server that answers completions and chat completions of OpenAI's API with one model. It stands on Netty: the
 * JDK's server does not notice that a client has gone away before it writes to it, so that a model would compute for
 * nobody, and has its time limits for the whole process.
 *
 * <p>Two threads serve the connections, one computes. {@link #close()} stops them all.
 */
public final class TextServer implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int BACKLOG = 128;
    private static final int MAX_FIRST_LINE = 4096;
    private static final int CHUNK = 8192;
    /** Bytes that a client may be behind before it holds the model up. */
    private static final int MAX_UNSENT = 1 << 20;

    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final EventLoopGroup threads;
    private final Channel listening;
    private final JobQueue queue;
    private final Connection.Shared shared;

    private TextServer(EventLoopGroup threads, Channel listening, JobQueue queue, Connection.Shared shared) {
        this.threads = threads;
        this.listening = listening;
        this.queue = queue;
        this.shared = shared;
    }

    /**
     * Starts to listen.
     *
     * @param engine answers; must stay open until this server is closed
     * @param log where failures are printed; prompts and answers are not
     * @throws ConfigurationException if the address cannot be listened on
     */
    public static TextServer start(Engine engine, ServerSettings settings, PrintWriter log) {
        ServerMeters meters = new ServerMeters();
        ServerLog serverLog = new ServerLog(log);
        ServerLimits limits = settings.limits();
        JobQueue queue = new JobQueue(engine, limits.queue());
        Connections connections = new Connections(limits.connections());
        meters.gauge("queue", "Requests that wait", queue, JobQueue::waiting);
        meters.gauge("running", "Requests that are being answered", queue, JobQueue::running);
        meters.gauge("connections", "Open connections", connections, Connections::open);
        Service service = new Service(engine.model(), limits, queue, meters, serverLog);
        Connection.Shared shared =
                new Connection.Shared(new Admission(settings), service, meters, limits, serverLog, connections);
        EventLoopGroup threads = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory("rpt4j-serve-http", true), NioIoHandler.newFactory());
        ChannelFuture bound =
                bootstrap(threads, shared).bind(settings.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            end(threads);
            throw refused(settings.address(), bound.cause());
        }
        queue.start();
        return new TextServer(threads, bound.channel(), queue, shared);
    }

    /**
     * Checks that an address can be listened on, so that it is known before a model is loaded.
     *
     * @throws ConfigurationException if it cannot
     */
    public static void requireFree(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            throw refused(address, e);
        }
    }

    private static ConfigurationException refused(InetSocketAddress address, Throwable cause) {
        return new ConfigurationException(
                List.of("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                        + cause.getMessage() + ". Choose another --port or --host."),
                cause);
    }

    private static ServerBootstrap bootstrap(EventLoopGroup threads, Connection.Shared shared) {
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_FIRST_LINE)
                .setMaxHeaderSize(shared.limits().headerBytes())
                .setMaxChunkSize(CHUNK);
        long patience = shared.limits().times().client().toMillis();
        return new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(MAX_UNSENT / 2, MAX_UNSENT))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new WriteTimeoutHandler(patience, TimeUnit.MILLISECONDS),
                                        new HttpServerCodec(limits),
                                        new Connection(shared));
                    }
                });
    }

    /** The address that it listens on. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /**
     * Takes no more requests, gives those that it has the time of the limits to end, and cancels what is left. An
     * interrupt cancels them at once, and stays. Idempotent.
     */
    @Override
    public void close() {
        shared.service().stop();
        listening.close().awaitUninterruptibly();
        queue.close(shared.limits().times().stop());
        try {
            shared.connections().awaitAnswered(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(threads);
        shared.meters().close();
    }

    private static void end(EventLoopGroup threads) {
        threads.shutdownGracefully(0, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
    }
}
