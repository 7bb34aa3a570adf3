package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.core.dataset.ModelFingerprint;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
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
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.ContentHash;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.run.tiny.TinyGguf;

/** A run from a GGUF file. */
class GgufRunTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void writeFile() {
        file = TinyGguf.write(folder.resolve("model.gguf"), folder.resolve("numbers"));
    }

    private RunResult run(Path model, String directory) throws IOException {
        RunConfiguration configuration = RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, "reference")
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
                .set(PromptKeys.MAX_CONTEXT, 24)
                .set(RewardKeys.NAME, "coin")
                .set(SamplingKeys.GROUP_SIZE, 4)
                .set(SamplingKeys.MAX_TOKENS, 2)
                .set(TrainingKeys.STEPS, 2L)
                .set(TrainingKeys.PROMPTS_PER_STEP, 2)
                .set(EvaluationKeys.TASKS, 1)
                .set(RunKeys.DIRECTORY, folder.resolve(directory))
                .set(RunKeys.SEED, 3L)
                .build();
        return new ConfiguredRun(configuration, RunObserver.NONE).run();
    }

    @Test
    void whatItTrainsIsACheckpointThatOpensOnItsOwn() throws IOException {
        run(file, "run");

        Path saved = folder.resolve("run/checkpoint");
        try (Tokenizer before = Tokenizer.open(file);
                Tokenizer after = Tokenizer.open(saved);
                Checkpoint checkpoint = Checkpoint.open(saved)) {
            assertThat(checkpoint.config().layers()).isEqualTo(1);
            assertThat(after.encode("It's 12 o'clock")).isEqualTo(before.encode("It's 12 o'clock"));
            assertThat(after.endOfText()).isEqualTo(before.endOfText()).isPresent();
        }
        assertThat(RecordedRun.open(folder.resolve("run")).provenance().artifacts())
                .contains(new Artifact("model", "model.gguf", ContentHash.of(file)));
    }

    @Test
    void aCheckpointOfTheSameNumbersTrainsToTheSameBits() throws IOException {
        Path copy = folder.resolve("copy");
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            CheckpointWriter.write(copy, file, checkpoint.layout(), DType.F32, spec -> {
                FloatBuffer values = FloatBuffer.allocate((int) spec.size());
                checkpoint.read(spec, values);
                return values;
            });
        }

        run(file, "one");
        run(copy, "other");

        String weights = "checkpoint/model.safetensors";
        assertThat(folder.resolve("one").resolve(weights))
                .hasSameBinaryContentAs(folder.resolve("other").resolve(weights));
        assertThat(folder.resolve("one").resolve(weights)).isNotEmptyFile();
    }

    @Test
    void itsFingerprintIsThatOfItsContent() throws IOException {
        Path renamed = Files.copy(file, folder.resolve("renamed.gguf"));
        Path other = Files.copy(file, folder.resolve("other.gguf"));
        byte[] bytes = Files.readAllBytes(other);
        bytes[bytes.length - 1] ^= 1;
        Files.write(other, bytes);

        String fingerprint = ModelFingerprint.of(ModelSource.directory(file));

        assertThat(fingerprint).startsWith("sha256:");
        assertThat(ModelFingerprint.of(ModelSource.directory(renamed))).isEqualTo(fingerprint);
        assertThat(ModelFingerprint.of(ModelSource.directory(other))).isNotEqualTo(fingerprint);
    }

    /** Scores that were kept belong to one file, whatever lies beside it. */
    @Test
    void keptScoresKnowTheFile() throws IOException {
        String before = WeightFiles.describe(file);
        Files.writeString(folder.resolve("another.safetensors"), "");

        assertThat(WeightFiles.describe(file)).isEqualTo(before).contains("model.gguf of " + Files.size(file));
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        assertThat(WeightFiles.describe(file)).isNotEqualTo(before);
    }
}
