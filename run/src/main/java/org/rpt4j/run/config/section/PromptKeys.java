package org.rpt4j.run.config.section;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;
import org.rpt4j.spi.TaskKinds;

/**
 * The keys {@code prompt.*}: what the model is asked.
 *
 * @since 0.1.0
 */
public final class PromptKeys {

    private static final Section.Builder KEYS = Section.of("prompt", "What the model is asked");

    public static final Key<String> INSTRUCTION = KEYS.key("instruction", Texts.NAME)
            .says("complete: a plain request. fenced: marks the context and asks for several candidates first."
                    + " answer: asks for the answer to a question."
                    + " The name of a kind of tasks: asks for tasks of that kind. Otherwise a UTF-8 file that contains"
                    + " {context} or {before} where the text goes, and {after} where a kind of tasks shows the text"
                    + " after its gap or choices.")
            .after("section 3.2 and appendix; the wording is our own")
            .orFrom(
                    TaskKeys.KIND,
                    "fenced for next-token, answer for answers, otherwise that of the kind",
                    PromptKeys::instructionOfKind);

    public static final Key<Integer> MAX_CONTEXT =
            KEYS.key(TaskSelection.MAX_CONTEXT_TOKENS).asDeclared();

    public static final Key<List<String>> TEMPLATE_VARIABLES = KEYS.key(
                    "template-variables", Lists.ofAny(Texts.ASSIGNMENT))
            .says("Variables that the model's chat template reads, such as enable_thinking=false. true and false are"
                    + " booleans, numbers are numbers, anything else is a text; quotes make a text of a number:"
                    + " effort='1'. Which names there are, the template says; others have no effect.")
            .or(List.of());

    public static final Key<ThoughtRule> THOUGHT = KEYS.key("thought", Texts.oneOf(ThoughtRule.class))
            .says("What has to stand before a box for it to count. MARKED: a thought that its end marker closes."
                    + " UNMARKED: any text, for chat models that reason without markers. NONE: nothing.")
            .after("section 3.2 for MARKED")
            .or(ThoughtRule.MARKED);

    public static final Key<String> THOUGHT_START = KEYS.key("thought-start", Texts.NAME)
            .says("The marker that opens a thought. Set it with prompt.thought-end.")
            .orNothing("the first pair that the tokenizer has, such as <think> or [THINK]; without any, <think> as"
                    + " text");

    public static final Key<String> THOUGHT_END = KEYS.key("thought-end", Texts.NAME)
            .says("The marker that closes a thought. Set it with prompt.thought-start.")
            .orNothing("the other half of the pair that opens it");

    public static final Key<LocalDate> DATE = KEYS.key("date", Texts.DATE)
            .says("The date that a chat template writes into the prompt if it has a clock (strftime_now).")
            .orNothing("the date of the run's start, UTC, also when it is resumed");

    static final Section SECTION = KEYS.build();

    private PromptKeys() {}

    /** Returns the instruction, read from its file if it is not built in. */
    public static Instruction instruction(Values values) {
        return instruction(values, INSTRUCTION);
    }

    static Instruction instruction(Values values, Key<String> key) {
        String name = values.get(key);
        return ofKind(name)
                .orElseGet(() -> file(values, key).map(Instruction::load).orElseGet(() -> Instruction.named(name)));
    }

    private static String instructionOfKind(Values values) {
        String kind = values.get(TaskKeys.KIND);
        if (kind.equals(TaskKeys.ANSWERS)) {
            return Instruction.ANSWER.name();
        }
        boolean isPaper =
                kind.equals(TaskKeys.NEXT_TOKEN) || TaskKeys.provider(values).isEmpty();
        return isPaper ? Instruction.FENCED.name() : kind;
    }

    /** Returns the instruction that a kind of tasks brings; empty if no kind has the name. */
    private static Optional<Instruction> ofKind(String name) {
        return TaskKinds.discover().all().stream()
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .map(kind -> new Instruction(name, kind.instruction()));
    }

    /**
     * Returns the chat template of the model with its variables, at the date of the prompts; empty if the model has
     * none.
     *
     * @param start when the run started
     * @throws org.rpt4j.api.error.TokenizerException if the template is malformed
     */
    public static Optional<ChatTemplate> template(Values values, Instant start) {
        return template(values, values.get(ModelKeys.DIRECTORY), start).map(filled -> {
            for (String variable : values.get(TEMPLATE_VARIABLES)) {
                filled = filled.with(Texts.name(variable), Texts.value(variable));
            }
            return filled;
        });
    }

    /**
     * Returns how the model writes its thought.
     *
     * @throws IllegalArgumentException if the markers cannot be told apart, or only one is set
     */
    public static ThoughtFormat thought(Values values, Tokenizer tokenizer) {
        return new ThoughtFormat(values.get(THOUGHT), markers(values).orElseGet(tokenizer::thoughtMarkers));
    }

    /** Returns the markers of a thought that are set; empty if the tokenizer decides. */
    static Optional<ThoughtMarkers> markers(Values values) {
        Optional<String> start = values.find(THOUGHT_START);
        Optional<String> end = values.find(THOUGHT_END);
        if (start.isPresent() != end.isPresent()) {
            throw new IllegalArgumentException("only one marker of a thought is set. Set both, or neither.");
        }
        return start.map(opening -> new ThoughtMarkers(opening, end.orElseThrow()));
    }

    /** Returns the chat template of another model, at the same date but without the variables. */
    public static Optional<ChatTemplate> template(Values values, Path model, Instant start) {
        LocalDateTime now = values.find(DATE)
                .map(LocalDate::atStartOfDay)
                .orElseGet(() -> LocalDateTime.ofInstant(start, ZoneOffset.UTC));
        return ChatTemplate.open(model).map(template -> template.at(now));
    }

    /** Returns the file of an instruction that a key names; empty if it is built in or the file does not exist. */
    public static Optional<Path> file(Values values, Key<String> key) {
        String name = values.get(key);
        boolean builtIn =
                Instruction.builtIn().stream().anyMatch(known -> known.name().equals(name))
                        || TaskKinds.discover().names().contains(name);
        return builtIn ? Optional.empty() : Optional.of(Path.of(name)).filter(Files::exists);
    }
}
