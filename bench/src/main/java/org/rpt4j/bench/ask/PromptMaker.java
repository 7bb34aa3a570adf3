package org.rpt4j.bench.ask;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.bench.suite.PromptTexts;
import org.rpt4j.bench.suite.SuiteQuestion;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.PromptBuilder;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Makes prompts of questions: in the chat template of the model, or plain. Text of a file cannot forge a marker: it is
 * encoded apart from the template. A prompt that is too long loses its last example, and the next, until it fits.
 */
final class PromptMaker {

    private static final String ENABLE_THINKING = "enable_thinking";
    private static final Instruction BARE = new Instruction("bench", Instruction.CONTEXT);

    private final PromptTexts texts;
    private final Tokenizer tokenizer;
    private final @Nullable PromptBuilder builder;
    private final int[] opening;
    private final boolean compares;
    private final int room;

    /**
     * Creates a maker.
     *
     * @param room number of tokens that a prompt leaves for the response
     * @throws ConfigurationException if the model cannot be made to think, or kept from it, as asked
     */
    PromptMaker(BenchModel model, PromptTexts texts, BenchSettings settings, int room) {
        this.texts = texts;
        this.tokenizer = model.tokenizer();
        this.compares = settings.mode() == BenchMode.LOG_PROBABILITY;
        int context = model.policy().description().contextLength();
        // A harness that compares log-probabilities uses no chat template.
        boolean plain = compares
                || settings.form() == PromptForm.PLAIN
                || model.template().isEmpty();
        int[] marker = model.tokenizer().encodeContinuation(model.markers().start() + "\n");
        this.builder = plain && settings.thinking() != Thinking.ON
                ? null
                : builder(model, plain, settings.thinking(), context, room + marker.length);
        boolean opens = builder != null && settings.thinking() == Thinking.ON && !builder.opensThought();
        this.opening = opens ? marker : new int[0];
        this.room = context - room;
    }

    private static PromptBuilder builder(BenchModel model, boolean plain, Thinking thinking, int context, int room) {
        ChatTemplate template = plain ? null : model.template().orElseThrow();
        if (template != null && thinking != Thinking.TEMPLATE) {
            template = template.with(ENABLE_THINKING, thinking == Thinking.ON);
        }
        PromptBuilder builder = new PromptBuilder(
                model.tokenizer(),
                template,
                BARE,
                context,
                room,
                new ThoughtFormat(ThoughtRule.MARKED, model.markers()));
        boolean wrong = thinking == Thinking.OFF && builder.opensThought()
                || thinking == Thinking.ON && builder.closesThought();
        if (wrong) {
            throw new ConfigurationException(List.of("Thinking is "
                    + thinking.name().toLowerCase(Locale.ROOT)
                    + ", but the chat template of " + model.name() + " "
                    + (builder.opensThought() ? "opens a thought" : "closes the thought") + " and does not read "
                    + ENABLE_THINKING + ". Leave thinking to the template, or use the plain form."));
        }
        return builder;
    }

    /** The texts that end a response, besides the tokens of the model. */
    List<String> stops() {
        return builder == null ? texts.stops() : List.of();
    }

    /**
     * Makes the prompt of a question.
     *
     * @param index its place in the file, which is the key of its samples
     * @return empty if it does not fit even without examples
     */
    Optional<QuestionPrompt> make(long index, SuiteQuestion question, List<SuiteQuestion> examples) {
        List<Prompt> continuations = continuations(index, question);
        int longest = continuations.stream()
                .mapToInt(one -> one.tokens().length)
                .max()
                .orElse(0);
        for (int shots = examples.size(); shots >= 0; shots--) {
            String text = texts.ask(question, examples.subList(0, shots));
            int[] tokens = tokens(text);
            if (tokens.length > 0 && tokens.length + longest <= room) {
                boolean inThought = builder != null && builder.opensThought() || opening.length > 0;
                return Optional.of(new QuestionPrompt(new Prompt(index, tokens), shots, inThought, continuations));
            }
        }
        return Optional.empty();
    }

    /** The tokens of a prompt; none if they do not fit. */
    private int[] tokens(String text) {
        if (builder == null) {
            IntStream ids = IntStream.of(tokenizer.encode(text + texts.answerStart()));
            return IntStream.concat(tokenizer.beginOfText().stream(), ids).toArray();
        }
        int[] context = tokenizer.encode(text);
        return context.length > builder.maxContextTokens()
                ? new int[0]
                : IntStream.concat(IntStream.of(builder.prompt(context)), IntStream.of(opening))
                        .toArray();
    }

    private List<Prompt> continuations(long index, SuiteQuestion question) {
        List<Prompt> continuations = new ArrayList<>();
        for (int i = 0; compares && i < question.choices().size(); i++) {
            continuations.add(new Prompt(index, tokenizer.encodeContinuedText(texts.continuation(question, i))));
        }
        return continuations;
    }
}
