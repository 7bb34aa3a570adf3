package org.rpt4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ArgumentTextTest {

    private static String problem(String... arguments) {
        return ArgumentText.problem(arguments, "ANSI_X3.4-1968").orElse("");
    }

    @Test
    void charactersThatWereLostAreNamed() {
        assertThat(problem("--prompt", "gr\uFFFD\uFFFDn"))
                .contains("Argument 2")
                .contains("reads arguments as ANSI_X3.4-1968")
                .contains("LC_ALL=C.UTF-8");
        assertThat(problem("\ud83e")).contains("Argument 1");
    }

    @Test
    void everyOtherTextIsAnArgument() {
        assertThat(problem("--files", "*.jsonl", "??", "gr\u00fcn", "\ud83e\udd99", ""))
                .isEmpty();
    }

    /** The shell writes the bytes, because this Java writes arguments in the encoding of its own locale. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theCommandLineRefusesTextThatTheLocaleLacks() throws Exception {
        ProcessBuilder command = new ProcessBuilder(
                        "sh",
                        "-c",
                        "\"$0\" -cp \"$1\" " + Rpt4j.class.getName()
                                + " generate --prompt \"$(printf 'gr\\303\\274n')\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"))
                .redirectErrorStream(true);
        command.environment().keySet().removeAll(List.of("LANG", "LC_CTYPE"));
        command.environment().put("LC_ALL", "C");
        Process process = command.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(2);
        assertThat(output).contains("rpt4j: Argument 3").contains("LC_ALL=C.UTF-8");
    }
}
