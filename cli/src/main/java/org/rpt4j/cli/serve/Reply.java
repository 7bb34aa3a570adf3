package org.rpt4j.cli.serve;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** The way back to the client that sent a request. Thread-safe, for one response. */
final class Reply {

    private final Channel channel;
    private final boolean keepAlive;
    private final boolean chunked;
    private final Listener listener;

    /** Hears of the response on the thread of the connection. */
    interface Listener {
        /** The response was sent, with this status. */
        void answered(int status);

        /** The connection stays open for another request. */
        void reusable();

        /** The connection is to be closed, so that the client gets what was sent. */
        void last();
    }

    Reply(Channel channel, HttpRequest request, Listener listener) {
        this.channel = channel;
        this.keepAlive =
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        this.chunked = request.protocolVersion().isKeepAliveDefault();
        this.listener = listener;
    }

    /** Sends a whole response. */
    void whole(FullHttpResponse response) {
        boolean open =
                keepAlive && !response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        HttpUtil.setKeepAlive(response.headers(), HttpVersion.HTTP_1_1, open);
        if (open && !chunked) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        end(channel.writeAndFlush(response), response.status().code(), open);
    }

    /** Gives a response that comes in parts its headers. A client of HTTP 1.0 knows its end by the connection's. */
    HttpResponse inParts(HttpResponse response) {
        HttpUtil.setKeepAlive(response.headers(), HttpVersion.HTTP_1_1, keepAlive && chunked);
        HttpUtil.setTransferEncodingChunked(response, chunked);
        return response;
    }

    /** The last part is on its way. A response that breaks off ends its connection. */
    void last(ChannelFuture part, boolean complete) {
        end(part, HttpResponseStatus.OK.code(), complete && keepAlive && chunked);
    }

    Channel channel() {
        return channel;
    }

    private void end(ChannelFuture last, int status, boolean open) {
        last.addListener(written -> {
            if (!written.isSuccess()) {
                channel.close();
                return;
            }
            listener.answered(status);
            if (open) {
                listener.reusable();
            } else {
                listener.last();
            }
        });
    }
}
