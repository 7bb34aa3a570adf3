package org.rpt4j.cli.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import org.rpt4j.cli.serve.Engine.Outcome;
import org.rpt4j.cli.serve.Engine.Piece;

/**
 * Sends the answer as server-sent events while it is written. Much of it may be on its way; a client that is further
 * behind holds the model up until it has read on or is cut off.
 */
final class StreamedAnswer implements Answer {

    private final AnswerJson json;
    private final boolean usage;
    private final Reply reply;
    private final Channel channel;
    private boolean started;

    StreamedAnswer(AnswerJson json, boolean usage, Reply reply) {
        this.json = json;
        this.usage = usage;
        this.reply = reply;
        this.channel = reply.channel();
    }

    @Override
    public void started() throws InterruptedException {
        started = true;
        channel.write(reply.inParts(Responses.stream()));
        ObjectNode opening = json.opening();
        if (opening == null) {
            channel.flush();
        } else {
            send(Responses.event(opening));
        }
    }

    @Override
    public void piece(Piece piece) throws InterruptedException {
        send(Responses.event(json.chunk(piece)));
    }

    @Override
    public void finish(Outcome outcome) throws InterruptedException {
        send(Responses.event(json.closing(outcome.end())));
        if (usage) {
            send(Responses.event(json.usage(outcome.usage())));
        }
        reply.last(channel.writeAndFlush(new DefaultLastHttpContent(Responses.event("[DONE]"))), true);
    }

    @Override
    public void fail(ApiError error) {
        if (started) {
            reply.last(channel.writeAndFlush(new DefaultLastHttpContent(Responses.event(error.json()))), false);
        } else {
            reply.whole(Responses.error(error));
        }
    }

    @Override
    public void abandon() {
        channel.close();
    }

    private void send(ByteBuf event) throws InterruptedException {
        ChannelFuture sent = channel.writeAndFlush(new DefaultHttpContent(event));
        if (!channel.isWritable()) {
            sent.await(); // it fails in time if the client does not read
        }
    }
}
