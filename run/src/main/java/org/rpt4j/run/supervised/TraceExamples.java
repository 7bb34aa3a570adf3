package org.rpt4j.run.supervised;

import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.Conversation;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.reward.AnswerExtractor;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.run.supervised.ThoughtTrace.Chat;
import org.rpt4j.run.supervised.ThoughtTrace.Text;

/**
 * Thought traces as examples, in the form in which reinforcement will ask the model and read its answer: the same
 * instruction, chat template and markers. Traces of one prompt become one example, which computes the prompt once.
 *
 * @param examples in the order of the first trace of each
 * @param traces number of traces in them
 * @param tooLong traces that do not fit into the context window
 * @param unreadable traces whose box would not be found again, because its braces are not balanced
 * @since 0.1.0
 */
public record TraceExamples(List<SupervisedExample> examples, int traces, int tooLong, int unreadable) {

    public TraceExamples {
        examples = List.copyOf(examples);
    }

    /**
     * Encodes traces.
     *
     * @param reasoning how the model is asked and where its answer is found
     * @param contextLength most tokens of a prompt with its completion
     * @throws CorpusException if the chat template closes the thought before the model answers, so that none can be
     *     learned, or a token id is not in the vocabulary
     * @throws org.rpt4j.api.error.TokenizerException if the chat template fails on a conversation
     */
    public static TraceExamples of(List<ThoughtTrace> traces, Reasoning reasoning, int contextLength) {
        Map<IntBuffer, List<int[]>> completions = new LinkedHashMap<>();
        int used = 0;
        int tooLong = 0;
        int unreadable = 0;
        for (ThoughtTrace trace : traces) {
            Encoded encoded = encoded(trace, reasoning);
            if (encoded.prompt().remaining() + encoded.completion().remaining() > contextLength) {
                tooLong++;
            } else if (trace.asked() instanceof Text && !isFound(trace, encoded, reasoning)) {
                unreadable++;
            } else {
                completions
                        .computeIfAbsent(encoded.prompt(), prompt -> new ArrayList<>())
                        .add(encoded.completion().array());
                used++;
            }
        }
        List<SupervisedExample> examples = completions.entrySet().stream()
                .map(example -> new SupervisedExample(example.getKey().array(), example.getValue()))
                .toList();
        return new TraceExamples(examples, used, tooLong, unreadable);
    }

    /** What is learned and what is left out, in a sentence or two. */
    public String describe() {
        String left = tooLong + unreadable == 0
                ? ""
                : " Left out: " + tooLong + " that do not fit into the context window, " + unreadable
                        + " whose box could not be found again.";
        return "Learns " + traces + " thought traces of " + examples.size() + " prompts." + left;
    }

    private record Encoded(IntBuffer prompt, IntBuffer completion) {}

    private static Encoded encoded(ThoughtTrace trace, Reasoning reasoning) {
        if (trace.asked() instanceof Chat chat) {
            Conversation asked = reasoning.conversation(chat.messages());
            int[] completion =
                    completion(trace, trace.answer(), reasoning, asked.opensThought(), asked.closesThought());
            return new Encoded(IntBuffer.wrap(asked.tokens()), IntBuffer.wrap(completion));
        }
        int[] context = context((Text) trace.asked(), reasoning.tokenizer());
        int[] completion = completion(
                trace,
                AnswerExtractor.BOX + trace.answer() + "}",
                reasoning,
                reasoning.opensThought(),
                reasoning.closesThought());
        return new Encoded(IntBuffer.wrap(reasoning.prompts().prompt(context)), IntBuffer.wrap(completion));
    }

    private static int[] context(Text text, Tokenizer tokenizer) {
        int[] tokens = text.tokens().isEmpty()
                ? tokenizer.encode(text.context())
                : text.tokens().stream().mapToInt(Integer::intValue).toArray();
        for (int token : tokens) {
            if (token >= tokenizer.vocabularySize()) {
                throw new CorpusException("A thought trace has the context token " + token + ", the vocabulary has "
                        + tokenizer.vocabularySize() + " tokens: it was made with another tokenizer. Remove"
                        + " context_tokens to encode its text again.");
            }
        }
        if (tokens.length == 0) {
            throw new CorpusException("A thought trace has an empty context. Give every trace some text to continue.");
        }
        return tokens;
    }

    private static int[] completion(
            ThoughtTrace trace, String answer, Reasoning reasoning, boolean opened, boolean closed) {
        Tokenizer tokenizer = reasoning.tokenizer();
        Writer writer = new Writer(tokenizer);
        boolean marked = reasoning.thought().rule() == ThoughtRule.MARKED;
        if (marked && !closed) {
            if (!opened) {
                writer.marker(reasoning.thought().markers().start()).text("\n");
            }
            writer.text(trace.thought() + "\n")
                    .marker(reasoning.thought().markers().end())
                    .text("\n\n");
        } else if (!trace.thought().isEmpty()) {
            if (closed) {
                throw new CorpusException("The chat template closes the thought before the model answers, so no thought"
                        + " can be learned. Set a variable of the template that lets the model think, such as"
                        + " enable_thinking=true, or leave the thoughts out.");
            }
            writer.text(trace.thought() + "\n\n");
        }
        return writer.text(answer).end();
    }

    /** Whether the prediction is found as it will be in training. */
    private static boolean isFound(ThoughtTrace trace, Encoded encoded, Reasoning reasoning) {
        int[] tokens = encoded.completion().array();
        Rollout rollout = new Rollout(0, tokens, new double[tokens.length], FinishReason.STOP_TOKEN, 0);
        Prediction wanted = new Prediction.Boxed(trace.answer().getBytes(StandardCharsets.UTF_8));
        return reasoning.extractor().extract(rollout).equals(wanted);
    }

    /** Puts text and markers together, so that only a marker's own token separates two texts. */
    private static final class Writer {

        private final Tokenizer tokenizer;
        private final IntStream.Builder tokens = IntStream.builder();
        private final StringBuilder waiting = new StringBuilder();

        Writer(Tokenizer tokenizer) {
            this.tokenizer = tokenizer;
        }

        Writer text(String text) {
            waiting.append(text);
            return this;
        }

        Writer marker(String marker) {
            OptionalInt token = tokenizer.addedIdOf(marker);
            if (token.isEmpty()) {
                return text(marker);
            }
            flush();
            tokens.add(token.getAsInt());
            return this;
        }

        int[] end() {
            flush();
            tokenizer.endOfText().ifPresent(tokens::add);
            return tokens.build().toArray();
        }

        private void flush() {
            for (int token : tokenizer.encodeContinuedText(waiting.toString())) {
                tokens.add(token);
            }
            waiting.setLength(0);
        }
    }
}
