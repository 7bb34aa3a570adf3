package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.answers.Question;
import org.rpt4j.answers.QuestionFiles;
import org.rpt4j.answers.QuestionOptions;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.RowFiles;

/** Questions as JSON, CSV and TSV: strict, and with choices and bad rows skipped. */
class QuestionFilesFuzz {

    private static final Scratch SCRATCH = new Scratch();

    private static final CorpusOptions LIMITS = CorpusOptions.DEFAULTS.toBuilder()
            .maxDocumentBytes(CorpusPass.MOST_BYTES)
            .build();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("questions", input);
        for (RowFiles.Format format : List.of(RowFiles.Format.JSON, RowFiles.Format.CSV, RowFiles.Format.TSV)) {
            QuestionOptions strict =
                    QuestionOptions.builder().format(format).limits(LIMITS).build();
            pass(file, strict);
            pass(
                    file,
                    strict.toBuilder()
                            .choicesFields(List.of("choices"))
                            .limits(LIMITS.toBuilder().toleratedBadLines(2).build())
                            .build());
        }
    }

    private static void pass(Path file, QuestionOptions options) throws Exception {
        Promise.readsOrRefuses(() -> {
            long characters = 0;
            try (QuestionFiles.Pass questions =
                    QuestionFiles.open(file, options).iterator()) {
                while (questions.hasNext()) {
                    Question question = questions.next();
                    characters += question.textWithChoices().length()
                            + question.gold().joined().length();
                }
            }
            return characters;
        });
    }
}
