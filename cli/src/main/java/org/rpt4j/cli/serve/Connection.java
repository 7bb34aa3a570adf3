package org.rpt4j.cli.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.WriteTimeoutException;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rpt4j.cli.serve.Job.Cancelled;

/**
 * One connection: reads a request, has it answered, and reads the next. A header that is refused costs no memory for
 * its
 * body, a client that sends slowly is cut off, and one that goes away while its answer is written has it cancelled. A
 * request that comes before the last was answered (pipelining) is not answered; the connection is closed after the
 * answer,
 * so a client knows that it has to send it again. Used by the thread of its connection alone.
 */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {

    private static final int CLIENT_CLOSED_REQUEST = 499;
    private static final long LINGER_SECONDS = 2;

    private enum State {
        HEADER,
        BODY,
        ANSWER,
        CLOSING
    }

    private final Admission admission;
    private final Service service;
    private final ServerMeters meters;
    private final ServerLimits limits;
    private final ServerLog log;
    private final Connections connections;

    private State state = State.HEADER;
    private @Nullable Exchange exchange;
    private @Nullable Future<?> timer;
    private boolean pipelined;

    /**
     * What the connections of a server share.
     *
     * @param connections counts them
     */
    record Shared(
            Admission admission,
            Service service,
            ServerMeters meters,
            ServerLimits limits,
            ServerLog log,
            Connections connections) {}

    /** A request that is being read or answered. */
    private static final class Exchange {
        private final HttpRequest request;
        private final String path;
        private final Endpoint endpoint;
        private final long start = System.nanoTime();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int received;
        private @Nullable ApiError refusal;
        private @Nullable Job job;

        Exchange(HttpRequest request) {
            this.request = request;
            this.path = request.decoderResult().isSuccess() ? path(request) : "";
            this.endpoint = Endpoint.of(path);
        }

        private static String path(HttpRequest request) {
            try {
                return new QueryStringDecoder(request.uri()).path();
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
    }

    Connection(Shared shared) {
        this.admission = shared.admission();
        this.service = shared.service();
        this.meters = shared.meters();
        this.limits = shared.limits();
        this.log = shared.log();
        this.connections = shared.connections();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        awaitRequest(context);
        if (!connections.enter()) {
            sendAndClose(
                    context,
                    ApiError.server(
                            HttpResponseStatus.SERVICE_UNAVAILABLE,
                            "too_many_connections",
                            "This server has no room for another connection. Try again later."));
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (state == State.CLOSING) {
            return;
        }
        if (state == State.ANSWER) {
            pipelined = true;
            return;
        }
        if (part instanceof HttpRequest request) {
            header(context, request);
        }
        if (part instanceof HttpContent content && state == State.BODY && exchange != null) {
            body(context, exchange, content);
        }
    }

    private void header(ChannelHandlerContext context, HttpRequest request) {
        Exchange started = new Exchange(request);
        exchange = started;
        connections.asked();
        state = State.BODY;
        try {
            admission.check(request, started.endpoint);
            if (HttpUtil.getContentLength(request, 0L) > limits.bodyBytes()) {
                throw admission.tooLarge();
            }
            if (HttpUtil.is100ContinueExpected(request)) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
        } catch (ApiError e) {
            started.refusal = e;
            boolean readsOn = request.decoderResult().isSuccess()
                    && !HttpUtil.is100ContinueExpected(request)
                    && HttpUtil.getContentLength(request, 0L) <= limits.bodyBytes();
            if (!readsOn) {
                refuseAndClose(context, started, e);
            }
        }
    }

    private void body(ChannelHandlerContext context, Exchange current, HttpContent content) {
        if (!content.decoderResult().isSuccess()) {
            refuseAndClose(context, current, Admission.malformed());
            return;
        }
        ByteBuf bytes = content.content();
        current.received += bytes.readableBytes();
        if (current.received > limits.bodyBytes()) {
            refuseAndClose(context, current, admission.tooLarge());
            return;
        }
        if (current.refusal == null) {
            current.body.writeBytes(ByteBufUtil.getBytes(bytes));
        }
        if (content instanceof LastHttpContent) {
            answer(context, current);
        }
    }

    /** The request is complete. */
    private void answer(ChannelHandlerContext context, Exchange current) {
        stopTimer();
        state = State.ANSWER;
        Reply reply = new Reply(context.channel(), current.request, new Listening(context, current));
        try {
            if (current.refusal != null) {
                throw current.refusal;
            }
            current.job = service.handle(current.endpoint, current.path, current.body.toByteArray(), reply);
        } catch (ApiError e) {
            reply.whole(Responses.error(e));
        }
        if (current.job != null && state == State.ANSWER) {
            Job job = current.job;
            timer = context.executor()
                    .schedule(
                            () -> service.cancel(job, Cancelled.DEADLINE),
                            limits.times().request().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /** Answers a request that is not read to its end. */
    private void refuseAndClose(ChannelHandlerContext context, Exchange current, ApiError error) {
        sendAndClose(context, error);
        ended(current, error.status().code());
    }

    private void sendAndClose(ChannelHandlerContext context, ApiError error) {
        stopTimer();
        state = State.CLOSING;
        FullHttpResponse response = Responses.error(error);
        HttpUtil.setKeepAlive(response, false);
        context.writeAndFlush(response).addListener(written -> closeGently(context));
    }

    private void ended(Exchange current, int status) {
        stopTimer();
        exchange = null;
        connections.answered();
        meters.answered(current.endpoint, status, System.nanoTime() - current.start);
    }

    private final class Listening implements Reply.Listener {

        private final ChannelHandlerContext context;
        private final Exchange answered;

        Listening(ChannelHandlerContext context, Exchange answered) {
            this.context = context;
            this.answered = answered;
        }

        @Override
        public void answered(int status) {
            ended(answered, status);
        }

        @Override
        public void reusable() {
            if (pipelined) {
                last();
            } else {
                state = State.HEADER;
                awaitRequest(context);
            }
        }

        @Override
        public void last() {
            state = State.CLOSING;
            closeGently(context);
        }
    }

    /** A client that is still sending would lose the answer if the connection were reset. */
    private void closeGently(ChannelHandlerContext context) {
        if (context.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
        }
        timer = context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    }

    private void awaitRequest(ChannelHandlerContext context) {
        timer = context.executor()
                .schedule(() -> tooSlow(context), limits.times().client().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tooSlow(ChannelHandlerContext context) {
        Exchange current = exchange;
        if (current == null) {
            context.close();
        } else {
            refuseAndClose(
                    context,
                    current,
                    ApiError.request(
                            HttpResponseStatus.REQUEST_TIMEOUT, "request_timeout", "The request was sent too slowly."));
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopTimer();
        connections.left();
        Exchange current = exchange;
        if (current != null) {
            ended(current, CLIENT_CLOSED_REQUEST);
            if (current.job != null) {
                service.cancel(current.job, Cancelled.CLIENT_GONE);
            }
        }
        context.fireChannelInactive();
    }

    /** A client that resets its connection or does not read its answer went away; anything else is a mistake here. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof WriteTimeoutException)) {
            log.failure(cause);
        }
        context.close();
    }
}
