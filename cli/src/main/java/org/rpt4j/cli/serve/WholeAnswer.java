package org.rpt4j.cli.serve;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.cli.serve.Engine.Note;
import org.rpt4j.cli.serve.Engine.Outcome;
import org.rpt4j.cli.serve.Engine.Piece;
import org.rpt4j.cli.serve.Engine.ThoughtEnds;
import org.rpt4j.cli.serve.Engine.TokenLogProb;

/** Collects the answer and sends it at its end. */
final class WholeAnswer implements Answer {

    private final AnswerJson json;
    private final Reply reply;
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thought = new StringBuilder();
    private final List<TokenLogProb> tokens = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();

    WholeAnswer(AnswerJson json, Reply reply) {
        this.json = json;
        this.reply = reply;
    }

    @Override
    public void started() {}

    @Override
    public void piece(Piece piece) {
        (piece.thought() ? thought : text).append(piece.text());
        tokens.addAll(piece.tokens());
        piece.note().filter(ThoughtEnds.class::isInstance).ifPresent(notes::add);
    }

    @Override
    public void finish(Outcome outcome) {
        reply.whole(Responses.json(
                HttpResponseStatus.OK, json.whole(text.toString(), thought.toString(), tokens, notes, outcome)));
    }

    @Override
    public void fail(ApiError error) {
        reply.whole(Responses.error(error));
    }

    @Override
    public void abandon() {}
}
