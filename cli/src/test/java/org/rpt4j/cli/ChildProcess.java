package org.rpt4j.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * The command in a process of its own, as a shell starts it.
 *
 * @param process running or ended
 * @param log what it prints, both streams
 */
record ChildProcess(Process process, Path log) {

    private static final long HANGS_SECONDS = 300;

    /** Starts a command. */
    static ChildProcess start(Path log, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(java());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return start(log, command);
    }

    /** Lets a shell read a line in which this program has the name {@code rpt4j}. */
    static ChildProcess shell(Path log, String line) throws IOException {
        return start(log, List.of("sh", "-c", "rpt4j() { " + words(java()) + " \"$@\"; }\n" + line));
    }

    private static ChildProcess start(Path log, List<String> command) throws IOException {
        return new ChildProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Rpt4j.class.getName());
    }

    private static String words(List<String> command) {
        return String.join(" ", command.stream().map(NextCommand::quoted).toList());
    }

    /**
     * Sends a signal when something has come about; the process must still be running then. Leaves the test out where
     * the build itself was told to ignore the signal, as by {@code nohup} or in the background of a script: what it
     * starts ignores it, too.
     */
    ChildProcess signal(String name, Callable<Boolean> condition) throws Exception {
        if (isIgnored(name)) {
            process.destroyForcibly();
            assumeTrue(false, "SIG" + name + " is ignored by this build and all that it starts");
        }
        long start = System.nanoTime();
        while (!condition.call()) {
            if (!process.isAlive() || System.nanoTime() - start > TimeUnit.SECONDS.toNanos(HANGS_SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("it ended before it was stopped, or hangs: " + output());
            }
            Thread.onSpinWait();
        }
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        return this;
    }

    private static boolean isIgnored(String name) throws IOException {
        Integer number = Map.of("HUP", 1, "INT", 2, "TERM", 15).get(name);
        Path status = Path.of("/proc/self/status");
        return number != null
                && Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> Long.parseUnsignedLong(line.split("\\s+")[1], 16))
                        .anyMatch(mask -> (mask >> (number - 1) & 1) != 0);
    }

    /** Waits for the end and returns the exit code. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + output());
        }
        return process.exitValue();
    }

    /** What it has printed. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** The line that says how to go on. */
    String next() {
        List<String> lines = output().lines().toList();
        return lines.get(lines.indexOf("Continue with:") + 1).strip();
    }
}
