package org.rpt4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.rpt4j.api.Policy;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.core.reward.DeadlineVerifier;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifiers;
import picocli.CommandLine.Option;

/** The options that say how the model is asked to think and how its answer is judged. */
final class ReasoningChoice {

    /** What the command line calls the rules about the end of a box. */
    enum Extraction {
        BALANCED(BoxRule.BALANCED),
        GREEDY(BoxRule.GREEDY_LAST_BRACE);

        private final BoxRule rule;

        Extraction(BoxRule rule) {
            this.rule = rule;
        }
    }

    @Option(
            names = "--instruction",
            paramLabel = "NAME|FILE",
            defaultValue = "fenced",
            description = "complete, fenced, or a UTF-8 file that holds {context} where the text goes "
                    + "(default: ${DEFAULT-VALUE}).")
    private String instruction;

    @Option(
            names = "--reward",
            paramLabel = "NAME",
            defaultValue = "prefix-match",
            description = "prefix-match: the box holds the next tokens exactly. first-token: it begins with the "
                    + "next token. dense: as first-token, and a wrong one counts as much as the model thinks it "
                    + "probable. conditional-dense: the same where one of the group is right. Or a reward of your own "
                    + "from the class path (default: ${DEFAULT-VALUE}).")
    private String reward;

    @Option(
            names = "--reward-deadline",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "A reward that takes longer for a group has no verdict on it (default: ${DEFAULT-VALUE}).")
    private long deadlineSeconds;

    @Option(
            names = "--extraction",
            paramLabel = "RULE",
            defaultValue = "balanced",
            description = "balanced: a box ends with the brace that matches its first. greedy: with the last brace of "
                    + "the answer, so that lone braces can be predicted, too (default: ${DEFAULT-VALUE}).")
    private Extraction extraction;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "512",
            description = "Most tokens of thought and prediction together (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    void configure(CommandSettings settings) {
        settings.set("--instruction", PromptKeys.INSTRUCTION, instruction);
        settings.set("--reward", RewardKeys.NAME, reward);
        settings.set("--reward-deadline", RewardKeys.DEADLINE, deadlineSeconds);
        settings.set("--extraction", RewardKeys.BOX, extraction.rule);
        settings.set("--max-tokens", SamplingKeys.MAX_TOKENS, maxTokens);
    }

    Reasoning reasoning(ModelChoice model, Tokenizer tokenizer) {
        return Reasoning.of(model.source(), tokenizer, instruction(), maxTokens).withBoxRule(extraction.rule);
    }

    /** Looks the reward up, so that a wrong name is told before a model is opened. */
    Judge judge() {
        RewardVerifiers rewards = RewardVerifiers.discover();
        rewards.provider(reward);
        return (policy, tokenizer, reasoning) -> new DeadlineVerifier(
                rewards.createVerifier(
                        reward,
                        RewardVerifierContext.builder()
                                .policy(policy)
                                .tokenizer(tokenizer)
                                .prompts(reasoning.prompts()::prompt)
                                .build()),
                Duration.ofSeconds(deadlineSeconds));
    }

    /** A reward that waits for its policy. */
    @FunctionalInterface
    interface Judge {
        DeadlineVerifier verifier(Policy policy, Tokenizer tokenizer, Reasoning reasoning);
    }

    private Instruction instruction() {
        boolean builtIn =
                Instruction.builtIn().stream().anyMatch(known -> known.name().equals(instruction));
        return !builtIn && Files.exists(Path.of(instruction))
                ? Instruction.load(Path.of(instruction))
                : Instruction.named(instruction);
    }
}
