package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.run.tiny.TinyCheckpoint;

class TrainOnTextTest {

    @TempDir
    private Path folder;

    /** 512 tokens of thought do not fit into the 320 of the tiny model, which is said before anything is scored. */
    @Test
    void aModelWithTooShortAContextIsRefusedByName() {
        Path model = TinyCheckpoint.write(folder.resolve("model"));
        Path corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 4);
        assertThatThrownBy(() -> TrainOnText.train("reference", model, corpus, folder.resolve("save"), 1))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining("320");
    }
}
