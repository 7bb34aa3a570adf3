package org.rpt4j.samples.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.core.config.section.PromptKeys;
import org.rpt4j.core.config.section.RewardKeys;
import org.rpt4j.core.config.section.SamplingKeys;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.RewardVerifiers;
import picocli.CommandLine.Option;

/** The options that say how the model is asked to think and how its answer is judged. */
final class ReasoningChoice {

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
                    + "next token. Or a reward of your own from the class path (default: ${DEFAULT-VALUE}).")
    private String reward;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "512",
            description = "Most tokens of thought and prediction together (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    void configure(CommandSettings settings) {
        settings.set("--instruction", PromptKeys.INSTRUCTION, instruction);
        settings.set("--reward", RewardKeys.NAME, reward);
        settings.set("--max-tokens", SamplingKeys.MAX_TOKENS, maxTokens);
    }

    Reasoning reasoning(ModelChoice model, Tokenizer tokenizer) {
        return Reasoning.of(model.source(), tokenizer, instruction(), maxTokens);
    }

    RewardVerifier verifier() {
        return RewardVerifiers.create(reward);
    }

    private Instruction instruction() {
        boolean builtIn = Instruction.builtIn().stream().anyMatch(known -> known.name().equals(instruction));
        return !builtIn && Files.exists(Path.of(instruction))
                ? Instruction.load(Path.of(instruction))
                : Instruction.named(instruction);
    }
}
