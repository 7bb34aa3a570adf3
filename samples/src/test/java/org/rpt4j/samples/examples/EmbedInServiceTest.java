package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.core.train.TrainingResult;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.run.tiny.TinyCheckpoint;

@Timeout(60)
class EmbedInServiceTest {

    @TempDir
    private Path folder;

    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private Path model;
    private Path corpus;

    @BeforeEach
    void writeModelAndCorpus() throws Exception {
        model = TinyCheckpoint.write(folder.resolve("model"));
        Path stories = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 20);
        corpus = folder.resolve("text.jsonl");
        Files.writeString(corpus, Files.readString(stories).replace("\"story\"", "\"text\""));
    }

    @AfterEach
    void stop() {
        worker.shutdownNow();
    }

    private EmbedInService job(String backend, TrainingListener listener) {
        return new EmbedInService(backend, model, corpus, folder.resolve("save"), listener);
    }

    @Test
    void aRunIsCancelledFromAnotherThreadAndSavesWhatItHas() throws Exception {
        CountDownLatch twoSteps = new CountDownLatch(2);
        EmbedInService job = job("reference", new TrainingListener() {
            @Override
            public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
                twoSteps.countDown();
            }
        });

        CompletableFuture<TrainingResult> future = job.start(worker);
        assertThat(twoSteps.await(50, TimeUnit.SECONDS)).isTrue();
        job.cancel();
        TrainingResult result = future.get();

        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isBetween(1L, 999L);
        Checkpoint.open(folder.resolve("save")).close();
    }

    @Test
    void aRunCancelledBeforeItStartsDoesNoStep() throws Exception {
        EmbedInService job = job("reference", new TrainingListener() {});
        job.cancel();

        TrainingResult result = job.start(worker).get();

        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.CANCELLED);
        assertThat(result.nextStep()).isZero();
    }

    @Test
    void failuresReachTheFuture() {
        CompletableFuture<TrainingResult> future =
                job("nothing", new TrainingListener() {}).start(worker);

        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(BackendNotFoundException.class);
    }

    @Test
    void theListenerDescribesEveryStep() throws Exception {
        List<String> log = new ArrayList<>();
        ListenToProgress words = new ListenToProgress(log::add);
        EmbedInService[] job = new EmbedInService[1];
        job[0] = job("reference", new TrainingListener() {
            @Override
            public void onEvent(TrainingEvent event) {
                words.onEvent(event);
                event.deliverTo(this);
            }

            @Override
            public void stepSkipped(TrainingEvent.StepSkipped event) {
                if (event.step() == 1) {
                    job[0].cancel();
                }
            }
        });

        job[0].start(worker).get();

        // Random weights never close a box, so no group has differing rewards and no step changes anything.
        assertThat(log).hasSize(6);
        assertThat(log.get(0)).isEqualTo("training Qwen3ForCausalLM with grpo, 1000 steps");
        assertThat(log.get(1)).startsWith("step 0: rewards {");
        assertThat(log.get(2)).startsWith("step 0: skipped, NO_LIVE_GROUPS, ").endsWith(" s left");
        assertThat(log.get(4)).startsWith("step 1: skipped");
        assertThat(log.get(5)).isEqualTo("CANCELLED after 0 updates");
    }
}
