package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {

    @Test
    void theRootNamesEveryCommandAndTheExitCodes() {
        Cli help = Cli.run("--help");

        assertThat(help.code()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).contains("Exit codes: 0").contains(commands());
    }

    static Set<String> commands() {
        return Rpt4j.commandLine().getSubcommands().keySet();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionIsExplained(String command) {
        Cli help = Cli.run(command, "--help");

        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Usage: rpt4j " + command);
        CommandLine defined = Rpt4j.commandLine().getSubcommands().get(command);
        assertThat(defined.getCommandSpec().options()).isNotEmpty().allSatisfy(option -> {
            assertThat(help.out()).contains(option.longestName());
            assertThat(option.description())
                    .hasSize(1)
                    .allSatisfy(text -> assertThat(text).endsWith("."));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "score, --backend --model --corpus --text-field --device --precision --threads --top-k --out --limit-documents",
        "dataset, --backend --model --proxy --corpus --text-field --bad-lines --select --share --entropy --top-k --out "
                + "--pass-rates --band",
        "train, --dataset --backend --model --corpus --text-field --device --precision --threads --proxy --objective "
                + "--reward --save --run-dir --eval-every --preset --schedule --warmup-steps --dynamic-sampling-from "
                + "--sampling-budget",
        "evaluate, --dataset --backend --model --corpus --text-field --device --precision --threads --out --eval-tasks",
        "generate, --backend --model --prompt --max-tokens --temperature --seed --device --precision --threads",
        "export, --model --out --form",
        "quantize, --model --out --corpus --text-field --limit-documents --threads --top-k"
    })
    void theCommandsHaveTheirOptions(String command, String options) {
        assertThat(Cli.run(command, "--help").out()).contains(options.split(" "));
    }

    @Test
    void theFieldsOfAScoreAreDocumented() {
        assertThat(Cli.run("score", "--help").out())
                .contains("document_id", "position", "token_id", "entropy", "top1_id", "true_log_prob");
    }

    @ParameterizedTest
    @CsvSource({
        "'', Name a command",
        "tain, 'Did you mean: rpt4j train'",
        "score --model x, 'Missing required options: ''--corpus=FILE'', ''--out=FILE'''",
        "train --model x --save z, '(--corpus=FILE [--corpus=FILE]... | --dataset=FILE)'",
        "train --model x --save z --corpus a --dataset b, 'mutually exclusive'",
        "generate --model x --prompt y --device gpu, '\"gpu\" is not a device. Use cpu, cuda or cuda:N.'",
        "generate --model x --prompt y --max-tokens many, '''many'' is not an int'",
        "train --model x --corpus y --save z --band 0.5, '\"0.5\" is no band. Give two numbers, such as 0.1,0.9.'",
        "train --model x --corpus y --save z --objective ppo, 'No objective named \"ppo\". Available: grpo'"
    })
    void wrongUsageIsToldInALineOrTwo(String arguments, String message) {
        Cli wrong = arguments.isEmpty() ? Cli.run() : Cli.run((Object[]) arguments.split(" "));

        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err()).contains(message).contains("--help'.").doesNotContain("\tat ");
        assertThat(wrong.err().lines()).hasSizeLessThan(5);
    }
}
