package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

/** Mistral's network is Llama's: the same weights under both names give the same numbers, with every backend. */
class MistralTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"reference", "native", "djl", "onnx"})
    void theSameWeightsGiveTheSameNumbers(String backend) throws IOException {
        Path llama = Files.createDirectory(directory.resolve("llama"));
        TinyModel.LLAMA.write(llama);
        Path mistral = Files.createDirectory(directory.resolve("mistral"));
        Files.copy(llama.resolve("model.safetensors"), mistral.resolve("model.safetensors"));
        String config = Files.readString(llama.resolve("config.json"));
        Files.writeString(
                mistral.resolve("config.json"),
                config.replace("LlamaForCausalLM", "MistralForCausalLM").replace("\"llama\"", "\"mistral\""));

        assertThat(logProbs(backend, mistral, "MistralForCausalLM"))
                .containsExactly(logProbs(backend, llama, "LlamaForCausalLM"));
    }

    private static double[] logProbs(String name, Path model, String architecture) {
        try (Backend backend =
                        Backends.open(name, BackendOptions.builder().threads(1).build());
                Policy policy = backend.openPolicy(ModelSource.directory(model))) {
            assertThat(policy.description().architecture()).isEqualTo(architecture);
            TokenBatch batch = TokenBatch.builder(1)
                    .add(new int[] {1, 2, 3}, List.of(new int[] {4, 5, 6, 7}, new int[] {8}))
                    .build();
            return policy.logProbs(batch).values();
        }
    }
}
