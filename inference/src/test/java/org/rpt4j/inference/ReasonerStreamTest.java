package org.rpt4j.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.OperationCancelledException;

@Timeout(60)
class ReasonerStreamTest {

    private static final InferenceOptions OPTIONS = InferenceOptions.builder()
            .mode(ReasoningMode.HYBRID)
            .threshold(3)
            .temperature(1)
            .maxTokens(20)
            .seed(4)
            .build();

    @TempDir
    private Path folder;

    private Scripted model;
    /** Tasks that wait for the test to run them. */
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @BeforeEach
    void open() {
        model = new Scripted(folder, 24);
    }

    @AfterEach
    void close() {
        assertThat(model.policy.openSessions).as("sessions left open").hasValue(0);
        model.close();
    }

    private Flow.Publisher<TokenEvent> stream(String prompt) {
        Reasoner reasoner = Reasoner.of(model.policy, model.reasoning, tasks::add);
        return reasoner.stream(reasoner.prompt(prompt), OPTIONS);
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Records every signal. */
    private static class Recorder implements Flow.Subscriber<TokenEvent> {
        final List<TokenEvent> events = new ArrayList<>();
        final CountDownLatch end = new CountDownLatch(1);

        Flow.@Nullable Subscription subscription;

        @Nullable
        Throwable failure;

        boolean complete;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(TokenEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable cause) {
            failure = cause;
            end.countDown();
        }

        @Override
        public void onComplete() {
            complete = true;
            end.countDown();
        }
    }

    @Test
    void nothingIsComputedBeforeItIsAskedFor() {
        Recorder recorder = new Recorder();
        stream("abc").subscribe(recorder);
        runTasks();
        assertThat(model.policy.computedTokens).hasValue(0);

        recorder.subscription.request(3);
        runTasks();

        assertThat(recorder.events).hasSize(3);
        int computed = model.policy.computedTokens.get();
        runTasks();
        assertThat(model.policy.computedTokens).hasValue(computed);
        recorder.subscription.cancel();
        runTasks();
    }

    @Test
    void theEventsAreThoseOfTheBlockingCall() throws InterruptedException {
        Reasoner reasoner = model.reasoner();
        List<TokenEvent> expected = new ArrayList<>();
        ReasonedText text = reasoner.complete(reasoner.prompt("abc"), OPTIONS, expected::add);
        Recorder recorder = new Recorder() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                given.request(Long.MAX_VALUE);
            }
        };

        reasoner.stream(reasoner.prompt("abc"), OPTIONS).subscribe(recorder);

        assertThat(recorder.end.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(recorder.complete).isTrue();
        int last = expected.size() - 1;
        assertThat(recorder.events.subList(0, last)).isEqualTo(expected.subList(0, last));
        assertThat(recorder.events.get(last))
                .isInstanceOfSatisfying(
                        TokenEvent.Finished.class,
                        finished -> assertThat(finished.result().tokens()).isEqualTo(text.tokens()));
    }

    @Test
    void oneAtATimeGivesTheSameEventsAsAllAtOnce() {
        Recorder all = new Recorder();
        Recorder single = new Recorder() {
            @Override
            public void onNext(TokenEvent event) {
                super.onNext(event);
                subscription.request(1);
            }
        };
        Flow.Publisher<TokenEvent> stream = stream("abc");
        stream.subscribe(all);
        all.subscription.request(Long.MAX_VALUE);
        stream.subscribe(single);
        single.subscription.request(1);
        runTasks();

        int last = all.events.size() - 1;
        assertThat(single.events.subList(0, last)).isEqualTo(all.events.subList(0, last));
        assertThat(single.complete).isTrue();
    }

    @Test
    void cancellingFreesTheSessionsAndSignalsNothingMore() {
        Recorder recorder = new Recorder();
        stream("abc").subscribe(recorder);
        recorder.subscription.request(5);
        runTasks();
        assertThat(model.policy.openSessions.get()).isPositive();

        recorder.subscription.cancel();
        recorder.subscription.request(5);
        runTasks();

        assertThat(recorder.events).hasSize(5);
        assertThat(recorder.complete).isFalse();
        assertThat(recorder.failure).isNull();
        assertThat(model.policy.openSessions).hasValue(0);
    }

    @Test
    void cancellingWithinAnEventEndsTheText() {
        Recorder recorder = new Recorder() {
            @Override
            public void onNext(TokenEvent event) {
                super.onNext(event);
                subscription.cancel();
            }
        };
        stream("abc").subscribe(recorder);
        recorder.subscription.request(Long.MAX_VALUE);
        runTasks();

        assertThat(recorder.events).hasSize(1);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void cancellingInterruptsTheComputation() throws InterruptedException {
        CountDownLatch computing = new CountDownLatch(1);
        ScriptedPolicy stuck = new ScriptedPolicy(262, Scripted.CONTEXT, tokens -> {
            computing.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new OperationCancelledException("interrupted");
        });
        Recorder recorder = new Recorder();
        Reasoner reasoner = Reasoner.of(stuck, model.reasoning);
        reasoner.stream(new int[] {'a'}, OPTIONS).subscribe(recorder);
        recorder.subscription.request(1);
        computing.await();

        recorder.subscription.cancel();

        while (stuck.openSessions.get() > 0) {
            Thread.onSpinWait();
        }
        assertThat(recorder.events).isEmpty();
        assertThat(recorder.failure).isNull();
    }

    @Test
    void whatFailsGoesToTheSubscriber() {
        Recorder recorder = new Recorder();
        stream("a".repeat(Scripted.CONTEXT)).subscribe(recorder);
        runTasks();
        assertThat(recorder.failure).isInstanceOf(ContextOverflowException.class);

        Recorder negative = new Recorder();
        stream("abc").subscribe(negative);
        negative.subscription.request(1);
        runTasks();
        negative.subscription.request(0);
        runTasks();
        assertThat(negative.failure)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThat(negative.events).hasSize(1);
    }

    @Test
    void anExecutorThatTakesNoTasksIsAFailure() {
        Reasoner reasoner = Reasoner.of(model.policy, model.reasoning, task -> {
            throw new RejectedExecutionException("full");
        });
        Recorder recorder = new Recorder();
        reasoner.stream(new int[] {'a'}, OPTIONS).subscribe(recorder);

        assertThat(recorder.failure).isInstanceOf(RejectedExecutionException.class);
    }
}
