package org.rpt4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A finished command.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record Cli(int code, String out, String err) {

    /** Runs a command as a terminal would. */
    static Cli run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        CommandLine commandLine = Rpt4j.commandLine(Commands.usedBy(texts))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
        int code = commandLine.execute(texts);
        return new Cli(code, out.toString(), err.toString());
    }
}
