package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;

class ExecutorFilesTest {

    @TempDir
    private Path directory;

    private Path model;
    private ExecutorFiles executor;

    @BeforeEach
    void write() throws IOException {
        model = Files.createDirectories(directory.resolve("model"));
        Files.writeString(model.resolve("config.json"), "{}");
        Files.writeString(model.resolve("model.safetensors"), "weights");
        Files.writeString(model.resolve("empty.txt"), "");
        Files.writeString(model.resolve("pytorch_model.bin"), "the same weights in a format that nobody reads");
        executor = new ExecutorFiles(directory.resolve("executor"));
    }

    private WeightStore shared() {
        return new SharedWeights(directory.resolve("shared"), "app");
    }

    private static WeightStore served() {
        return new WeightServer("127.0.0.1", "127.0.0.1", 0);
    }

    private RemoteModel remote(PublishedFiles files, List<PublishedFile> published) {
        return new RemoteModel(
                "owner",
                ExecutorRole.POLICY,
                "reference",
                BackendOptions.DEFAULTS,
                PublishedFile.files(published),
                Optional.empty(),
                Set.of("a_key"),
                files.address());
    }

    @Test
    void fetchesAModelFromTheDriver() throws IOException {
        assertFetches(served());
    }

    @Test
    void fetchesAModelFromASharedDirectory() throws IOException {
        assertFetches(shared());
    }

    private void assertFetches(WeightStore store) throws IOException {
        try (PublishedFiles files = new PublishedFiles(store)) {
            ModelSource source = executor.fetch(remote(files, files.publishModel(model)));
            assertThat(Files.readString(source.directory().resolve("model.safetensors")))
                    .isEqualTo("weights");
            assertThat(names(source.directory())).containsExactly("config.json", "empty.txt", "model.safetensors");
            assertThat(source.adapter()).isEmpty();
            assertThat(source.acceptedConfigKeys()).containsExactly("a_key");
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void refusesAFileThatChangedOnTheDriver() throws IOException {
        try (PublishedFiles files = new PublishedFiles(served())) {
            List<PublishedFile> published = files.publishModel(model);
            Files.writeString(model.resolve("model.safetensors"), "WEIGHTS");
            assertThatThrownBy(() -> executor.fetch(remote(files, published)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("model.safetensors")
                    .hasMessageContaining("it changed while the model was open");
        }
    }

    @Test
    void doesNotTellTheSecretOfTheServer() throws IOException {
        try (PublishedFiles files = new PublishedFiles(served())) {
            List<PublishedFile> published = files.publishModel(model);
            Files.delete(model.resolve("model.safetensors"));
            String secret = files.address().split("/")[3];
            assertThat(secret).hasSize(32);
            assertThatThrownBy(() -> executor.fetch(remote(files, published)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("from the driver, 127.0.0.1:")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret));
        }
    }

    @Test
    void keepsAFileThatAnotherModelStillNeeds() throws IOException {
        try (PublishedFiles files = new PublishedFiles(served())) {
            Path twin = Files.createDirectories(directory.resolve("twin"));
            Files.writeString(twin.resolve("config.json"), "{}");
            List<PublishedFile> first = files.publishModel(model);
            List<PublishedFile> second = files.publishModel(twin);
            files.release(second);
            AtomicFiles.deleteTree(twin);
            assertThat(executor.fetch(remote(files, first)).directory()).isDirectory();
        }
    }

    @Test
    void deletesWhatNoModelNeeds() throws IOException {
        try (PublishedFiles files = new PublishedFiles(shared())) {
            RemoteModel first = remote(files, files.publishModel(model));
            Files.writeString(model.resolve("model.safetensors"), "next");
            RemoteModel second = remote(files, files.publishModel(model));
            ModelSource old = executor.fetch(first);
            ModelSource kept = executor.fetch(second);
            executor.keepOnly(Set.of(second));
            assertThat(old.directory()).doesNotExist();
            assertThat(Files.readString(kept.directory().resolve("model.safetensors")))
                    .isEqualTo("next");
            assertThat(names(directory.resolve("executor/files"))).hasSize(3);
        }
    }
}
