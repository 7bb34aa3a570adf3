package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** The length of a completion follows from the model, unless it is given. */
class MaxTokensTest {

    @TempDir
    private Path folder;

    private RunConfigurationBuilder configuration(Path model) {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(CorpusKeys.FILES, List.of(folder.resolve("a.jsonl").toString()));
    }

    @Test
    void halfOfAShortContextIsForTheCompletion() {
        Path model = TinyCheckpoint.write(folder.resolve("model"));
        RunConfiguration derived = configuration(model).build();
        assertThat(derived.get(SamplingKeys.MAX_TOKENS)).isEqualTo(TinyCheckpoint.CONTEXT / 2);
        assertThat(derived.settings())
                .contains(RecordedSetting.derived("sampling.max-tokens", "160", "model.directory"));
        RunConfiguration given =
                configuration(model).set(SamplingKeys.MAX_TOKENS, 300).build();
        assertThat(given.get(SamplingKeys.MAX_TOKENS)).isEqualTo(300);
    }

    @Test
    void aLongContextGivesTheLengthOfThePaper() throws IOException {
        Path model = TinyCheckpoint.write(folder.resolve("model"));
        Path config = model.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replaceAll("(\"max_position_embeddings\"\\s*:\\s*)320", "$1" + 40960));
        assertThat(Files.readString(config)).isNotEqualTo(text);
        assertThat(configuration(model).build().get(SamplingKeys.MAX_TOKENS)).isEqualTo(8192);
    }

    /** Whoever opens the model says what is wrong with it. */
    @Test
    void aModelThatCannotBeReadIsNotTheConcernOfTheDefault() {
        assertThat(configuration(folder.resolve("nowhere")).build().get(SamplingKeys.MAX_TOKENS))
                .isEqualTo(8192);
    }
}
