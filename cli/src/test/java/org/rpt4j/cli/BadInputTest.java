package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** What goes wrong in practice is told in one message, without a stack trace, and with exit code 1. */
class BadInputTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;

    @BeforeAll
    static void writeModelAndCorpus() {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 2);
    }

    private static void assertRefused(Cli command, String... messages) {
        assertRefused(1, command, messages);
    }

    /** Refused for its settings, before anything is read. */
    private static void assertWrong(Cli command, String... messages) {
        assertRefused(2, command, messages);
    }

    private static void assertRefused(int code, Cli command, String... messages) {
        assertThat(command.err()).contains(messages).contains("rpt4j: ").doesNotContain("\tat ", "unexpected");
        assertThat(command.out()).isEmpty();
        assertThat(command.code()).isEqualTo(code);
    }

    private static Cli generate(Path directory, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("generate", "--model.directory", directory));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static Cli train(Path text, Object... more) {
        return trainWith("reference", text, more);
    }

    private static Cli trainWith(String backend, Path text, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("train", "--backend.name", backend, "--model.directory", model));
        arguments.addAll(List.of("--files", text, "--save", folder.resolve("save"), "--max-tokens", 4));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    @Test
    void unknownBackend() {
        assertRefused(
                generate(model, "--prompt", "x", "--backend.name", "nativ"),
                "No backend named \"nativ\". Available: djl, native",
                "reference");
    }

    @Test
    void backendWithoutTheCapability() {
        assertRefused(
                trainWith("onnx", corpus, "--text-fields", "story", "--held-out-share", 0, "--prompts-per-step", 1),
                "Backend \"onnx\" cannot TRAIN (it can: GENERATE, LOG_PROBS, SCORE, DECODE)");
    }

    /** The corpus is malformed: had anything been read of it, this would be what is reported. */
    @Test
    void whatCannotWorkIsRefusedBeforeACorpusIsScored() throws IOException {
        Path broken = Files.writeString(folder.resolve("unread.jsonl"), "{\"text\": fine}\n");
        Path below = broken.resolve("out");
        assertRefused(trainWith("onnx", broken), "Backend \"onnx\" cannot TRAIN", "Set backend.name to djl or native");
        assertRefused(trainWith("nativ", broken), "No backend named \"nativ\"");
        assertRefused(trainWith("reference", broken, "--run.directory", below), "unread.jsonl");
        assertRefused(
                trainWith("reference", broken, "--corpus.dataset", below), "cannot write " + below, "not a directory");
        for (String command : List.of("dataset", "score", "evaluate")) {
            for (Path out : List.of(below, folder)) {
                assertRefused(
                        Cli.run(
                                command,
                                "--backend.name",
                                "reference",
                                "--model.directory",
                                model,
                                "--files",
                                broken,
                                "--out",
                                out),
                        "cannot write " + out);
            }
        }
    }

    @Test
    void whereTheTrainedModelCannotGoIsRefusedBeforeACorpusIsScored() throws IOException {
        Path broken = Files.writeString(folder.resolve("unread.jsonl"), "{\"text\": fine}\n");
        assertRefused(
                Cli.run(
                        "run",
                        "--backend.name",
                        "reference",
                        "--model.directory",
                        model,
                        "--files",
                        broken,
                        "--max-tokens",
                        4,
                        "--save",
                        broken.resolve("saved")),
                "cannot write " + broken.resolve("saved"),
                "not a directory");
    }

    @Test
    void missingDevice() {
        assertRefused(
                generate(model, "--prompt", "x", "--backend.name", "reference", "--device", "cuda:0"),
                "cuda:0",
                "only cpu");
        assertRefused(
                generate(model, "--prompt", "x", "--backend.name", "djl", "--device", "cuda:99"),
                "cuda:99",
                "CUDA device");
    }

    @Test
    void missingModel() {
        assertRefused(generate(folder.resolve("nowhere"), "--prompt", "x"), "nowhere", "config.json");
    }

    @Test
    void missingCorpus() {
        assertRefused(train(folder.resolve("nowhere.jsonl")), "nowhere.jsonl does not exist");
    }

    @Test
    void emptyCorpus() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.txt"), "\n");
        assertRefused(train(empty), "empty.txt is empty");
    }

    @Test
    void malformedLine() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.jsonl"), "{\"text\": \"fine\"}\n{\"text\": fine}\n");
        assertRefused(train(broken), "broken.jsonl", "line 2", "not valid JSON");
    }

    @Test
    void missingTextField() {
        assertRefused(train(corpus), "no field \"text\"", "[number, story]");
    }

    @Test
    void noHardTokensLeft() {
        assertRefused(
                train(corpus, "--text-fields", "story", "--min-entropy", 2.9),
                "No hard tokens left",
                "min-entropy is 2.900",
                "the highest",
                "2.77");
    }

    @Test
    void tooFewTasksForAStep() {
        assertRefused(
                train(corpus, "--text-fields", "story", "--held-out-share", 0, "--positions-per-document", 2),
                "A step takes 256 tasks but there are only 4",
                "training.prompts-per-step");
    }

    @Test
    void everyDocumentOnOneSideOfTheSplit() {
        assertRefused(
                train(corpus, "--text-fields", "story", "--held-out-share", 0.000001),
                "held-out share of 1.0E-6",
                "puts none of the 2 documents");
    }

    @Test
    void promptLongerThanTheContextWindow() {
        assertRefused(
                generate(
                        model,
                        "--backend.name",
                        "reference",
                        "--prompt",
                        TinyCheckpoint.text(0).repeat(20)),
                Integer.toString(TinyCheckpoint.CONTEXT));
        assertRefused(
                generate(
                        model,
                        "--backend.name",
                        "djl",
                        "--prompt",
                        TinyCheckpoint.text(0).repeat(20)),
                Integer.toString(TinyCheckpoint.CONTEXT));
    }

    @Test
    void noRoomForTheContext() {
        assertRefused(
                Cli.run(
                        "evaluate",
                        "--backend.name",
                        "reference",
                        "--model.directory",
                        model,
                        "--files",
                        corpus,
                        "--text-fields",
                        "story",
                        "--max-tokens",
                        TinyCheckpoint.CONTEXT),
                "No token of context fits into the prompt",
                "Lower sampling.max-tokens (" + TinyCheckpoint.CONTEXT + ", command line)",
                "prompt.instruction");
    }

    @Test
    void corruptWeights() throws IOException {
        Path corrupt = TinyCheckpoint.write(folder.resolve("corrupt"));
        try (RandomAccessFile weights =
                new RandomAccessFile(corrupt.resolve("model.safetensors").toFile(), "rw")) {
            weights.setLength(weights.length() - 10);
        }
        assertRefused(
                generate(corrupt, "--backend.name", "reference", "--prompt", "x"), "corrupt", "model.safetensors");
        assertRefused(generate(corrupt, "--backend.name", "djl", "--prompt", "x"), "corrupt", "model.safetensors");
    }

    @Test
    void tokenizerOfAnotherModel() throws IOException {
        Path small = Files.createDirectories(folder.resolve("small"));
        TinyCheckpoint.initialize(small, 100);
        Files.copy(model.resolve("tokenizer.json"), small.resolve("tokenizer.json"));
        assertRefused(generate(small, "--prompt", "x"), "vocabulary of 100", "Use the tokenizer");
    }

    @Test
    void unknownNames() {
        assertWrong(
                train(corpus, "--reward.name", "nice"),
                "reward.name = nice (command line): no reward has this name",
                "prefix-match");
        assertWrong(train(corpus, "--instruction", "please"), "No instruction named \"please\"", "fenced");
    }

    @Test
    void aGroupOfOne() {
        assertWrong(
                train(corpus, "--group-size", 1),
                "command line: sampling.group-size: 1 is out of" + " range, must be a whole number, at least 2");
    }

    @Test
    void aStackTraceIsThereForTheAsking() {
        Cli command = generate(folder.resolve("nowhere"), "--prompt", "x", "--stacktrace");

        assertThat(command.code()).isEqualTo(1);
        assertThat(command.err()).contains("ModelFormatException", "\tat org.rpt4j");
    }
}
