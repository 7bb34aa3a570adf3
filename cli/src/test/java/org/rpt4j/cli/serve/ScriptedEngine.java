package org.rpt4j.cli.serve;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Answers every request with the same pieces, and stops before the last one while it is told to wait. */
final class ScriptedEngine implements Engine {

    static final String MODEL = "tiny";

    /** What was asked, in order. */
    final BlockingQueue<TextRequest> asked = new LinkedBlockingQueue<>();

    /** Counts down once a request is under way. */
    final CountDownLatch running = new CountDownLatch(1);

    /** Counts down once an interrupt has ended a request. */
    final CountDownLatch interrupted = new CountDownLatch(1);

    private final List<Piece> pieces;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile RuntimeException failure;
    private volatile boolean endless;

    ScriptedEngine(Piece... pieces) {
        this.pieces = List.of(pieces);
    }

    static ScriptedEngine saying(String... texts) {
        return new ScriptedEngine(List.of(texts).stream().map(Piece::text).toArray(Piece[]::new));
    }

    /** From now on answers stop before their last piece until {@link #go}. */
    ScriptedEngine waiting() {
        gate = new CountDownLatch(1);
        return this;
    }

    void go() {
        gate.countDown();
    }

    ScriptedEngine failing(RuntimeException error) {
        failure = error;
        return this;
    }

    /** Writes its pieces over and over. */
    ScriptedEngine endless() {
        endless = true;
        return this;
    }

    @Override
    public String model() {
        return MODEL;
    }

    @Override
    public Outcome generate(TextRequest request, Output output) throws InterruptedException {
        asked.add(request);
        running.countDown();
        if (failure != null) {
            throw failure;
        }
        try {
            output.started();
            for (Piece piece : pieces.subList(0, pieces.size() - 1)) {
                output.piece(piece);
            }
            gate.await();
            do {
                output.piece(pieces.get(pieces.size() - 1));
            } while (endless);
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
        int thought = (int) pieces.stream().filter(Piece::thought).count();
        return new Outcome(End.STOP, new Usage(5, pieces.size() - thought, thought));
    }

    static boolean await(CountDownLatch latch) throws InterruptedException {
        return latch.await(60, TimeUnit.SECONDS);
    }
}
