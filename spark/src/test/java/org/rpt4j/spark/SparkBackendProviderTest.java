package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.pipeline.DatasetResult;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.launch.ConfiguredDataset;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.launch.RunObserver;
import org.rpt4j.run.launch.RunResult;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

class SparkBackendProviderTest {

    @TempDir
    private Path folder;

    @Test
    void opensTheClusterOfTheActiveContextByName() {
        LocalCluster.context();
        assertThat(Backends.discover().provider("spark").availability())
                .isEqualTo(new Availability.Available("master local[2], executors open reference"));
        try (Backend backend = Backends.open("spark")) {
            assertThat(backend.capabilities())
                    .containsExactlyInAnyOrder(
                            Capability.GENERATE,
                            Capability.LOG_PROBS,
                            Capability.SCORE,
                            Capability.TRAIN,
                            Capability.ADAPT,
                            Capability.GRADIENTS);
        }
    }

    /** Everything but the name of the backend is as it was. */
    @Test
    void aRunComputesOnTheClusterWhatItComputesInOneProcess() throws IOException {
        LocalCluster.context();
        Path model = TinyCheckpoint.write(folder.resolve("model"));
        RunResult single = run(model, "reference");
        RunResult cluster = run(model, "spark");
        EvaluationReport before = cluster.evaluations().get(0);
        assertThat(before.outcomes()).isEqualTo(single.evaluations().get(0).outcomes());
        assertThat(before.splits()).isEqualTo(single.evaluations().get(0).splits());
        assertThat(cluster.training().nextStep()).isEqualTo(2);
        assertThat(folder.resolve("spark/checkpoint/model.safetensors")).isNotEmptyFile();
    }

    /** The command dataset does no more than this. */
    @Test
    void aDatasetIsMadeByTheExecutors() throws Exception {
        Path model = TinyCheckpoint.write(folder.resolve("model"));
        DatasetResult alone = dataset(model, "reference");
        List<String> jobs = new CopyOnWriteArrayList<>();
        SparkListener listener = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart job) {
                jobs.add(job.properties().getProperty("spark.job.description"));
            }
        };
        SparkContext spark = LocalCluster.context().sc();
        spark.addSparkListener(listener);
        DatasetResult cluster = dataset(model, "spark");
        spark.listenerBus().waitUntilEmpty();
        spark.removeSparkListener(listener);
        assertThat(jobs).contains("rpt4j the parts of a corpus of 1 files", "rpt4j 1 parts of a dataset");
        assertThat(folder.resolve("spark.jsonl")).hasSameBinaryContentAs(folder.resolve("reference.jsonl"));
        assertThat(cluster.corpus()).isEqualTo(alone.corpus());
    }

    private DatasetResult dataset(Path model, String backend) throws IOException {
        Path corpus = TinyCheckpoint.writeCorpus(folder.resolve("a.jsonl"), 4);
        RunConfiguration configuration = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, backend)
                .set(CorpusKeys.FILES, List.of(corpus.toString()))
                .set(CorpusKeys.TEXT_FIELDS, List.of("story"))
                .build();
        return ConfiguredDataset.write(
                configuration, folder.resolve(backend + ".jsonl"), Shard.WHOLE, new RunObserver() {});
    }

    private RunResult run(Path model, String backend) throws IOException {
        RunConfiguration configuration = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, backend)
                .set(
                        CorpusKeys.FILES,
                        List.of(TinyCheckpoint.writeCorpus(folder.resolve("a.jsonl"), 4)
                                .toString()))
                .set(CorpusKeys.TEXT_FIELDS, List.of("story"))
                .set(CorpusKeys.HELD_OUT_SHARE, 0.5)
                .set(SelectionKeys.POSITIONS_PER_DOCUMENT, 2)
                .set(
                        PromptKeys.INSTRUCTION,
                        Files.writeString(folder.resolve("next.txt"), "Next?" + " {context}")
                                .toString())
                .set(RewardKeys.NAME, "coin")
                .set(SamplingKeys.GROUP_SIZE, 4)
                .set(SamplingKeys.MAX_TOKENS, 2)
                .set(TrainingKeys.STEPS, 2L)
                .set(TrainingKeys.PROMPTS_PER_STEP, 2)
                .set(EvaluationKeys.TASKS, 1)
                .set(RunKeys.DIRECTORY, folder.resolve(backend))
                .set(RunKeys.SEED, 3L)
                .build();
        return new ConfiguredRun(configuration, new RunObserver() {}).run();
    }

    @Test
    void readsItsSettingsFromSpark() {
        SparkSettings settings = new SparkSettings(new SparkConf(false)
                .set("spark.rpt4j.backend", "djl")
                .set("spark.rpt4j.prompts-per-task", "2")
                .set("spark.rpt4j.sequences-per-task", "3")
                .set("spark.rpt4j.shared-directory", "/shared")
                .set("spark.rpt4j.weights-port", "4567")
                .set("spark.rpt4j.idle-seconds", "9")
                .set("spark.rpt4j.cut-on-driver", "true")
                .set("spark.rpt4j.mixed-executors", "true")
                .set("spark.rpt4j.parts-directory", "hdfs://host/parts")
                .set("spark.rpt4j.blocks-per-part", "5"));
        assertThat(settings.backend()).isEqualTo("djl");
        assertThat(settings.cluster())
                .isEqualTo(ClusterOptions.builder()
                        .promptsPerTask(2)
                        .sequencesPerTask(3)
                        .sharedDirectory(Path.of("/shared"))
                        .weightsPort(4567)
                        .idleSeconds(9)
                        .cutOnDriver(true)
                        .mixedExecutors(true)
                        .partsDirectory("hdfs://host/parts")
                        .blocksPerPart(5)
                        .build());
        assertThat(new SparkSettings(new SparkConf(false)).cluster()).isEqualTo(ClusterOptions.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "spark.rpt4j.prompts-per-task, 0",
        "spark.rpt4j.prompts-per-task, many",
        "spark.rpt4j.weights-port, 70000",
        "spark.rpt4j.cut-on-driver, yes",
        "spark.rpt4j.blocks-per-part, 0",
        "spark.rpt4j.shard, 4"
    })
    void refusesASettingByItsName(String name, String value) {
        SparkConf conf = new SparkConf(false).set(name, value);
        assertThatThrownBy(() -> new SparkSettings(conf))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining(name);
    }

    @Test
    void refusesToBeItsOwnInnerBackend() {
        SparkSettings settings = new SparkSettings(new SparkConf(false).set("spark.rpt4j.backend", "spark"));
        assertThatThrownBy(settings::backend)
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("the cluster itself");
    }
}
