package org.rpt4j.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class FingerprintTest {

    @TempDir
    private Path folder;

    private VocabularyFingerprint vocabulary(String name, List<String> pieces) throws IOException {
        try (Tokenizer tokenizer = tokenizer(name, pieces)) {
            return VocabularyFingerprint.of(tokenizer);
        }
    }

    private Tokenizer tokenizer(String name, List<String> pieces) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        return Tokenizer.open(TinyTokenizers.byteLevel(directory, pieces, List.of()));
    }

    private static List<String> pieces(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "" + (char) ('a' + i / 26 / 26) + (char) ('a' + i / 26 % 26) + (char) ('a' + i % 26))
                .toList();
    }

    @Test
    void vocabulariesAreComparedByTheBytesOfTheirTokens() throws IOException {
        List<String> pieces = pieces(1000);
        VocabularyFingerprint base = vocabulary("a", pieces);
        assertThat(base.size()).isEqualTo(1256);
        assertThat(base.summary()).matches("1256 ids, sha256:[0-9a-f]{64}");
        assertThat(vocabulary("f", pieces(999)).summary()).isNotEqualTo(base.summary());
        assertThat(base.difference(vocabulary("b", pieces))).isEmpty();
        List<String> late =
                Stream.concat(pieces.stream().limit(999), Stream.of("zzz")).toList();
        assertThat(base.difference(vocabulary("c", late)))
                .isEqualTo("the first difference is among the ids 1024 to 1255");
        List<String> early =
                Stream.concat(Stream.of("zzz"), pieces.stream().skip(1)).toList();
        assertThat(base.difference(vocabulary("d", early)))
                .isEqualTo("the first difference is among the ids 0 to 1023");
        assertThat(base.difference(vocabulary("e", pieces(900)))).isEqualTo("it has 1256 ids and the other 1156");
        assertThatThrownBy(() -> new VocabularyFingerprint(2000, List.of("x")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDatasetRefusesAnotherVocabulary() throws IOException {
        DatasetHeader header = new DatasetHeader(1, vocabulary("a", pieces(3)), "p", "c", 1, 1, Map.of());
        try (Tokenizer same = tokenizer("b", pieces(3));
                Tokenizer other = tokenizer("c", List.of("aaa", "aac", "aab"))) {
            header.requireVocabularyOf(same);
            assertThatThrownBy(() -> header.requireVocabularyOf(other))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("first difference is among the ids 0 to 258");
        }
    }

    @Test
    void aModelIsItsConfigurationAndItsWeights() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        ModelSource source = ModelSource.directory(model);
        assertThatThrownBy(() -> ModelFingerprint.of(source)).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> ModelFingerprint.of(ModelSource.directory(model.resolve("none"))))
                .isInstanceOf(ModelFormatException.class);
        Files.writeString(model.resolve("config.json"), "{}");
        Files.writeString(model.resolve("model.safetensors"), "weights");
        String base = ModelFingerprint.of(source);
        assertThat(base).matches("sha256:[0-9a-f]{64}");
        Files.writeString(model.resolve("README.md"), "read me");
        assertThat(ModelFingerprint.of(source)).isEqualTo(base);
        Files.writeString(model.resolve("model.safetensors"), "Weights");
        assertThat(ModelFingerprint.of(source)).isNotEqualTo(base);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> ModelFingerprint.of(source)).isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
