package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.tck.reference.ReferenceBackend;

class ExecutorModelsTest {

    private static final int LONG = 1000;
    private static final byte[] ITEMS = Operation.LogProbs.items(Group.of(
            TokenBatch.builder(1).add(new int[] {1, 2}, List.of(new int[] {3})).build()));

    @TempDir
    private Path directory;

    private final ExecutorModels models = new ExecutorModels();
    private PublishedFiles files;
    private Publication publication;

    @BeforeEach
    void publish() {
        files = new PublishedFiles(new SharedWeights(directory.resolve("shared"), "app"));
        publication = Publication.of(
                files, SmallModel.write(directory.resolve("model")).directory());
    }

    @AfterEach
    void close() {
        List.of("a", "b").forEach(models::close);
        files.close();
    }

    private RemoteModel model(String owner, int threads) {
        BackendOptions options = BackendOptions.builder().threads(threads).build();
        return new RemoteModels(ReferenceBackend.NAME, options, files)
                .model(owner, ExecutorRole.POLICY, publication, Set.of());
    }

    private Computed call(long number, Set<String> owners, int idleSeconds, RemoteModel model) {
        Call call = new Call(number, owners, idleSeconds, model, new Operation.LogProbs(1));
        return models.answer(call, new WireReader(ITEMS));
    }

    @Test
    void opensAModelOnceAndTheNextWeightsInItsPlace() {
        call(1, Set.of("a"), LONG, model("a", 1));
        call(2, Set.of("a"), LONG, model("a", 1));
        assertThat(models.count()).isOne();
        assertThat(call(3, Set.of("a"), LONG, model("a", 2)).fingerprint()).contains("2 threads");
        assertThat(models.count()).isOne();
    }

    @Test
    void closesWhatTheDriverClosed() {
        call(1, Set.of("a", "b"), LONG, model("a", 1));
        call(2, Set.of("a", "b"), LONG, model("b", 1));
        assertThat(models.count()).isEqualTo(2);
        call(3, Set.of("b"), LONG, model("b", 1));
        assertThat(models.count()).isOne();
    }

    /** A call that was sent before another model was opened, and runs after it. */
    @Test
    void aLateCallClosesNothing() {
        call(2, Set.of("a", "b"), LONG, model("b", 1));
        call(1, Set.of("a"), LONG, model("a", 1));
        assertThat(models.count()).isEqualTo(2);
    }

    @Test
    void closesWhatIsIdle() {
        call(1, Set.of("a"), 0, model("a", 1));
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            while (models.count() > 0) {
                Thread.onSpinWait();
            }
        });
    }
}
