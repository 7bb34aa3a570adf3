package org.rpt4j.core.prompt;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.model.format.PlainFiles;

/**
 * What the model is told to do with a text (section 3.2 and appendix of the paper). Instructions are data: a built-in
 * one in our own wording, or any text from a file.
 *
 * @param name name in configuration and reports
 * @param template text that contains one of the placeholders {@code {context}} and {@code {before}} exactly once; they
 *     mean the same. Put it at or near the end: all positions of a document then share a prefix, which a backend
 *     computes once. For tasks that show what follows the gap, or choices, {@code {after}} stands behind it, once.
 * @since 0.1.0
 */
public record Instruction(String name, String template) {

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int MOST_BYTES = 1 << 20;

    /** The placeholder for the context. */
    public static final String CONTEXT = "{context}";

    /** Another name of {@link #CONTEXT}, for instructions with {@link #AFTER}. */
    public static final String BEFORE = "{before}";

    /** The placeholder for what a task shows after the gap. */
    public static final String AFTER = "{after}";

    /** A simple request to complete the text. */
    public static final Instruction COMPLETE = new Instruction("complete", """
            Complete the text under the heading "Context" by predicting the one token that comes next. Reason step \
            by step about what the text says and how it may go on. Then write the token in \\boxed{}, with every \
            character that belongs to it: a token may begin with a space, and it may be a punctuation mark, a line \
            break or a part of a word.

            ### Context
            {context}""");

    /** Marks where the context starts and ends, and asks for several candidates before the choice. */
    public static final Instruction FENCED = new Instruction("fenced", """
            A text is cut off at some place; what there is of it stands between the two marks below. Find out which \
            token comes directly after the cut. Think about the text first, name several tokens that could follow, \
            and weigh them against each other. Then write the most likely one in \\boxed{} exactly as it would appear \
            in the text, with a leading space if it has one, and nothing else in the box.

            <<<TEXT
            {context}
            TEXT>>>""");

    /** Asks for the answer to a question, for tasks whose answer can be verified. */
    public static final Instruction ANSWER = new Instruction("answer", """
            Answer the question below. Reason step by step, then write the final answer alone in \\boxed{}. If the \
            question has lettered choices, write the letter of the right one.

            {context}""");

    public Instruction {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name of an instruction is blank");
        }
        int contexts = count(template, CONTEXT) + count(template, BEFORE);
        if (contexts != 1) {
            throw new IllegalArgumentException("instruction \"" + name + "\" has " + CONTEXT + " "
                    + (contexts == 0 ? "nowhere" : "more than once") + "; it must have it, or " + BEFORE
                    + " instead, exactly once");
        }
        int afters = count(template, AFTER);
        if (afters > 1
                || afters == 1
                        && template.indexOf(AFTER) < Math.max(template.indexOf(CONTEXT), template.indexOf(BEFORE))) {
            throw new IllegalArgumentException("instruction \"" + name + "\" has " + AFTER + " "
                    + (afters > 1 ? "more than once" : "before the text that it follows")
                    + "; it may have it once, behind " + CONTEXT + " or " + BEFORE);
        }
    }

    private static int count(String text, String placeholder) {
        return (text.length() - text.replace(placeholder, "").length()) / placeholder.length();
    }

    /** Whether prompts show what a task has after its gap. */
    public boolean showsAfter() {
        return template.contains(AFTER);
    }

    /** All built-in instructions. */
    public static List<Instruction> builtIn() {
        return List.of(COMPLETE, FENCED, ANSWER);
    }

    /**
     * Looks up a built-in instruction by name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Instruction named(String name) {
        return builtIn().stream()
                .filter(instruction -> instruction.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No instruction named \"" + name + "\". Available: "
                        + String.join(
                                ", ", builtIn().stream().map(Instruction::name).toList())
                        + ". Or load one from a file."));
    }

    /**
     * Reads an instruction from a UTF-8 file of at most 1 MiB and names it after the file. A byte order mark before it is dropped.
     *
     * @throws CorpusException if the file is larger, not a plain file, or cannot be read
     * @throws IllegalArgumentException if it does not contain the placeholders as it must
     */
    public static Instruction load(Path file) {
        try {
            String text = PlainFiles.readText(file, MOST_BYTES);
            boolean marked = text.startsWith(BYTE_ORDER_MARK);
            return new Instruction(
                    file.getFileName().toString(), marked ? text.substring(BYTE_ORDER_MARK.length()) : text);
        } catch (CharacterCodingException e) {
            throw new CorpusException("Instruction " + file + " is not valid UTF-8. Convert the file to UTF-8.", e);
        } catch (IOException e) {
            throw new CorpusException("Instruction " + file + " cannot be read: " + e, e);
        }
    }
}
