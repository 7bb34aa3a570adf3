package org.rpt4j.run.config.section;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code prompt.*}: what the model is asked.
 *
 * @since 0.1.0
 */
public final class PromptKeys {

    private static final Section.Builder KEYS = Section.of("prompt", "What the model is asked");

    public static final Key<String> INSTRUCTION = KEYS.key("instruction", Texts.NAME)
            .says("complete: a plain request. fenced: marks the context and asks for several candidates first."
                    + " Otherwise a UTF-8 file that contains {context} where the text goes.")
            .after("section 3.2 and appendix; the wording is our own")
            .or(Instruction.FENCED.name());

    public static final Key<Integer> MAX_CONTEXT =
            KEYS.key(TaskSelection.MAX_CONTEXT_TOKENS).asDeclared();

    static final Section SECTION = KEYS.build();

    private PromptKeys() {}

    /** Returns the instruction, read from its file if it is not built in. */
    public static Instruction instruction(Values values) {
        return file(values).map(Instruction::load).orElseGet(() -> Instruction.named(values.get(INSTRUCTION)));
    }

    /** Returns the file of the instruction; empty if it is built in or the file does not exist. */
    public static Optional<Path> file(Values values) {
        String name = values.get(INSTRUCTION);
        boolean builtIn =
                Instruction.builtIn().stream().anyMatch(known -> known.name().equals(name));
        return builtIn ? Optional.empty() : Optional.of(Path.of(name)).filter(Files::exists);
    }
}
