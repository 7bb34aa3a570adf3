package org.rpt4j.cli.serve;

import java.util.List;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Policy;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.ChatMessage;
import org.rpt4j.core.prompt.Conversation;
import org.rpt4j.inference.InferenceOptions;
import org.rpt4j.inference.ReasonedText;
import org.rpt4j.inference.Reasoner;
import org.rpt4j.inference.ReasoningMode;

/** Answers with a policy. Policy and reasoning stay the caller's. */
public final class ModelEngine implements Engine {

    private final String model;
    private final Policy policy;
    private final Reasoning reasoning;
    private final ServerLimits limits;
    private final Reasoner reasoner;

    /**
     * @param model its name for clients
     * @param reasoning how the policy is asked to think; its chat template is that of chats
     * @throws org.rpt4j.api.error.UnsupportedCapabilityException if the policy cannot decode token by token
     */
    public ModelEngine(String model, Policy policy, Reasoning reasoning, ServerLimits limits) {
        this.model = model;
        this.policy = policy;
        this.reasoning = reasoning;
        this.limits = limits;
        this.reasoner = Reasoner.of(policy, reasoning);
        policy.openSession().close();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public Outcome generate(TextRequest request, Output output) throws ApiError, InterruptedException {
        boolean opensThought = false;
        int[] prompt;
        if (request.input() instanceof TextRequest.Chat chat) {
            Conversation conversation = conversation(chat.messages());
            prompt = conversation.tokens();
            opensThought = conversation.opensThought();
        } else {
            prompt = reasoner.prompt(((TextRequest.Text) request.input()).text());
        }
        requireFits(prompt);
        InferenceOptions options = options(request, maxTokens(prompt.length, request));
        output.started();
        AnswerEvents events = new AnswerEvents(request, opensThought, reasoning, output);
        ReasonedText text = reasoner.complete(prompt, options, events::accept);
        int thought = events.thoughtTokens();
        Usage usage = new Usage(
                text.usage().promptTokens(),
                text.usage().outputTokens() - thought,
                text.usage().thoughtTokens() + thought);
        return new Outcome(text.finish() == FinishReason.LENGTH ? End.LENGTH : End.STOP, usage);
    }

    private void requireFits(int[] prompt) throws ApiError {
        if (prompt.length == 0) {
            throw ApiError.field("prompt", "invalid_value", "\"prompt\" is empty; there is nothing to continue.");
        }
        if (prompt.length > limits.promptTokens()) {
            throw new ContextOverflowException("The prompt has " + prompt.length + " tokens; this server takes at most "
                    + limits.promptTokens() + ". Shorten it.");
        }
    }

    private Conversation conversation(List<ChatMessage> messages) throws ApiError {
        if (!reasoning.hasChatTemplate()) {
            throw ApiError.field(
                    "messages",
                    "unsupported_value",
                    "The model \"" + model + "\" has no chat template. Use /v1/completions.");
        }
        return reasoning.conversation(messages);
    }

    /** What was asked for must fit; the default is what fits. */
    private int maxTokens(int prompt, TextRequest request) {
        int room = policy.description().contextLength() - prompt;
        int wanted = request.decoding().maxTokens().orElse(Math.min(limits.outputTokens(), Math.max(1, room)));
        if (wanted > room) {
            throw new ContextOverflowException("The prompt has " + prompt + " tokens and " + wanted
                    + " are asked for, but the model has room for "
                    + policy.description().contextLength() + ". Shorten the prompt or lower \"max_tokens\".");
        }
        return wanted;
    }

    private static InferenceOptions options(TextRequest request, int maxTokens) {
        TextRequest.Decoding decoding = request.decoding();
        TextRequest.Thinking thinking = request.thinking();
        return InferenceOptions.builder()
                .mode(
                        switch (thinking.mode()) {
                            case STANDARD -> ReasoningMode.STANDARD;
                            case EVERY_TOKEN -> ReasoningMode.EVERY_TOKEN;
                            case HYBRID -> ReasoningMode.HYBRID;
                        })
                .threshold(thinking.threshold())
                .thoughtTokens(thinking.thoughtTokens())
                .maxTokens(maxTokens)
                .temperature(decoding.temperature())
                .topP(decoding.topP())
                .topK(decoding.topK())
                .minP(decoding.minP())
                .seed(decoding.seed())
                .stopStrings(decoding.stop())
                .alternatives(request.topLogProbs().orElse(0))
                .build();
    }
}
