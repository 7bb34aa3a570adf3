package org.rpt4j.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line with which a stopped command goes on, ready to paste into a shell. */
final class NextCommand {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private NextCommand() {}

    /** Resumes a run. */
    static String resume(Path directory) {
        return line(List.of("resume", directory.toString()));
    }

    /** Starts a run without a checkpoint again, with its settings. */
    static String fromStart(Path directory) {
        return line(List.of("resume", directory.toString(), "--from-start"));
    }

    /** The same command again. */
    static String again(List<String> arguments) {
        return line(arguments);
    }

    private static String line(List<String> arguments) {
        return Stream.concat(program().stream(), arguments.stream())
                .map(NextCommand::quoted)
                .collect(Collectors.joining(" "));
    }

    /** How this program was started: from its jar, whose path then is the whole class path, or by its name. */
    private static List<String> program() {
        String path = System.getProperty("java.class.path", "");
        return path.endsWith(".jar") && !path.contains(File.pathSeparator)
                ? List.of("java", "-jar", path)
                : List.of("rpt4j");
    }

    /** One word for a POSIX shell. */
    static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
