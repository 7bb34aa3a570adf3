package org.rpt4j.inference;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** Publishes the events of a text. Every subscriber gets a text of its own, from its beginning. Thread-safe. */
final class TextPublisher implements Flow.Publisher<TokenEvent> {

    private final Supplier<TextGeneration> texts;
    private final Executor executor;

    /** @param texts begins a text; fails if it cannot begin */
    TextPublisher(Supplier<TextGeneration> texts, Executor executor) {
        this.texts = texts;
        this.executor = executor;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super TokenEvent> subscriber) {
        new TextSubscription(subscriber, executor).start(texts);
    }
}
