package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
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

    @Test
    void theVersionIsThatOfTheBuild() {
        Cli version = Cli.run("--version");

        assertThat(version.code()).isZero();
        assertThat(version.out()).matches("rpt4j \\d+\\.\\d+\\.\\d+\\S*, Java .+\\R");
    }

    static Set<String> commands() {
        return Rpt4j.commandLine().getSubcommands().keySet();
    }

    @Test
    void helpIsACommandToo() {
        assertThat(Cli.run("help").out()).isEqualTo(Cli.run("--help").out());
        assertThat(Cli.run("help", "score").out())
                .isEqualTo(Cli.run("score", "--help").out());
        assertThat(Cli.run("help", "scroe").code()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionIsExplained(String command) {
        Cli help = Cli.run(command, "--help");

        assertThat(help.code()).isZero();
        CommandLine defined = Rpt4j.commandLine().getSubcommands().get(command);
        assertThat(help.out())
                .contains("Usage: rpt4j " + defined.getCommandName())
                .contains(command);
        assertThat(defined.getCommandSpec().options()).isNotEmpty().allSatisfy(option -> {
            assertThat(help.out()).contains(option.longestName());
            assertThat(option.description())
                    .hasSize(1)
                    .allSatisfy(text -> assertThat(text).endsWith("."));
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theExampleIsUnderstood(String command) {
        CommandLine root = Rpt4j.commandLine();
        String[] footer = root.getSubcommands()
                .get(command)
                .getCommandSpec()
                .usageMessage()
                .footer();

        assertThat(footer)
                .contains("Example:")
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
        String example = Arrays.stream(footer).skip(2).map(String::strip).collect(Collectors.joining(" "));
        assertThat(example).startsWith("rpt4j ");
        String[] words =
                example.replace("\\ ", "").replaceAll("\"[^\"]*\"", "text").split(" +");
        CommandLine.ParseResult parsed = root.parseArgs(Arrays.copyOfRange(words, 1, words.length));
        assertThat(parsed.subcommand().commandSpec())
                .isSameAs(root.getSubcommands().get(command).getCommandSpec());
    }

    @ParameterizedTest
    @CsvSource({
        "score, --backend.name --model.directory --corpus.files --text-fields --device --precision --threads --top-k --out"
                + " --max-documents",
        "dataset, --backend.name --model.directory --proxy --corpus.files --text-fields --tolerated-bad-lines"
                + " --selection.rule --share --scoring.kind --top-k --out --selection.pass-rates --lowest-pass-rate",
        "run, --dataset --backend.name --model.directory --corpus.files --text-fields --device --precision --threads"
                + " --proxy --objective.name --reward.name --save --run.directory --every-steps --preset --schedule"
                + " --warmup-steps --dynamic-sampling.start-step --budget --config --set --dry-run --fit",
        "evaluate, --dataset --backend.name --model.directory --corpus.files --text-fields --device --precision --threads"
                + " --out --evaluation.tasks --held-out-share",
        "generate, --backend.name --model.directory --prompt --max-tokens --evaluation.temperature --run.seed --device"
                + " --precision --threads",
        "serve, --backend.name --model.directory --max-tokens --instruction --host --port --api-key-file --queue",
        "export, --model.directory --out --form",
        "quantize, --model --out --corpus.files --text-fields --max-documents --threads --top-k"
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
        "score --model.directory x, 'Missing required option: ''--out=FILE'''",
        "score --model.directory x --out y, 'corpus.files has no value and no default. Set it with --corpus.files'",
        "train --save z --files a, 'model.directory has no value and no default. Set it with --model.directory'",
        "train --model.directory x --save z, 'there is nothing to make tasks from'",
        "train --model.directory x --files y --save z --step 3, 'Unknown option'",
        "generate --model.directory x --prompt y --device gpu, '\"gpu\" is not a device. Use cpu, cuda or cuda:N.'",
        "generate --model.directory x --prompt y --max-tokens many, '\"many\" is not a whole number, at least 1'",
        "train --model.directory x --files y --save z --lowest-pass-rate a, '\"a\" is not a number'",
        "train --model.directory x --files y --save z --objective.name ppo, '\"ppo\" is not one of grpo'"
    })
    void wrongUsageIsToldInALineOrTwo(String arguments, String message) {
        Cli wrong = arguments.isEmpty() ? Cli.run() : Cli.run((Object[]) arguments.split(" "));

        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.err()).contains(message).contains("--help'.").doesNotContain("\tat ");
        assertThat(wrong.err().lines()).hasSizeLessThan(5);
    }
}
