package org.rpt4j.judge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.ChatMessage;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Conversation;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.model.format.Sha256;
import org.rpt4j.spi.Backends;

/**
 * A policy as a judge, in its own chat template and without a thought where the template lets it. An answer depends on the
 * question and the vote alone.
 */
final class PolicyJudge implements Judge {

    private final String identity;
    private final Backend backend;
    private final Policy policy;
    private final Tokenizer tokenizer;
    private final @Nullable ChatTemplate template;
    private final SamplingOptions sampling;

    private PolicyJudge(
            String identity,
            Backend backend,
            Policy policy,
            Tokenizer tokenizer,
            @Nullable ChatTemplate template,
            SamplingOptions sampling) {
        this.identity = identity;
        this.backend = backend;
        this.policy = policy;
        this.tokenizer = tokenizer;
        this.template = template;
        this.sampling = sampling;
    }

    static PolicyJudge open(String backendName, Path directory, JudgeOptions.Polling polling) {
        ModelSource source = ModelSource.directory(directory);
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Tokenizer tokenizer = Tokenizer.open(directory);
            opened.add(tokenizer);
            Backend backend = Backends.open(backendName, BackendOptions.DEFAULTS);
            opened.add(backend);
            SamplingOptions sampling = SamplingOptions.builder()
                    .groupSize(polling.votes())
                    .temperature(polling.temperature())
                    .maxTokens(polling.maxTokens())
                    .stopTokens(Reasoning.stopTokens(ModelConfigReader.read(source), tokenizer))
                    .build();
            return new PolicyJudge(
                    directory.toAbsolutePath().normalize() + " " + polling,
                    backend,
                    backend.openPolicy(source),
                    tokenizer,
                    ChatTemplate.open(directory)
                            .map(own -> own.with("enable_thinking", false))
                            .orElse(null),
                    sampling);
        } catch (RuntimeException | Error e) {
            closeAll(opened, e);
            throw e;
        }
    }

    private static void closeAll(List<AutoCloseable> opened, Throwable failure) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public List<Reply> ask(List<String> questions) {
        int window = policy.description().contextLength();
        Reply[] replies = new Reply[questions.size()];
        List<Prompt> prompts = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            int[] tokens = Conversation.of(
                            tokenizer,
                            template,
                            ThoughtFormat.of(ThoughtRule.NONE, tokenizer),
                            List.of(ChatMessage.user(questions.get(i))))
                    .tokens();
            if (tokens.length >= window) {
                replies[i] = new Reply.Failed(
                        "the question has " + tokens.length + " tokens, and the judge has room for " + window);
            } else {
                prompts.add(new Prompt(id(questions.get(i)), tokens));
                asked.add(i);
            }
        }
        if (!prompts.isEmpty()) {
            List<RolloutGroup> groups = policy.generate(prompts, sampling);
            for (int g = 0; g < groups.size(); g++) {
                replies[asked.get(g)] = answered(groups.get(g));
            }
        }
        return List.of(replies);
    }

    /** A key of the question alone, so that no answer depends on what else is asked. */
    private static long id(String question) {
        Sha256 hash = new Sha256();
        hash.add(question);
        return Long.parseUnsignedLong(hash.hex().substring(0, 16), 16);
    }

    private Reply answered(RolloutGroup group) {
        long read = group.prompt().tokens().length;
        long written = group.rollouts().stream().mapToLong(Rollout::length).sum();
        return new Reply.Answered(
                group.rollouts().stream()
                        .map(rollout -> tokenizer.decode(rollout.tokens()))
                        .toList(),
                read,
                written);
    }

    @Override
    public void close() {
        policy.close();
        backend.close();
        tokenizer.close();
    }
}
