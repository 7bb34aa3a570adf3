package org.rpt4j.answers.reward;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rpt4j.answers.compare.Judgement;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.reward.DeadlineVerifier;

/**
 * 1 if the program in the box prints what the known answer says, else 0. White space at the ends of lines and of the
 * output does not count. A sandbox that does not return in time counts as an abstention. Thread-safe.
 */
final class CodeOutputVerifier implements RewardVerifier, AutoCloseable {

    /** What a sandbox may take beyond the program, such as starting a container. */
    private static final Duration OVERHEAD = Duration.ofSeconds(10);

    private static final Pattern FENCED =
            Pattern.compile("(?s)\\s*```[A-Za-z0-9+#-]*[ \\t]*\\r?\\n(.*?)\\r?\\n?```\\s*");

    private final CodeSandbox sandbox;
    private final Duration limit;
    private final DeadlineVerifier bounded;

    CodeOutputVerifier(CodeSandbox sandbox, Duration limit) {
        this.sandbox = sandbox;
        this.limit = limit;
        this.bounded = new DeadlineVerifier(new AnswerVerifier("code-output", this::judge), limit.plus(OVERHEAD));
    }

    /** One attempt at a time, so that each has the whole limit. */
    @Override
    public Verdict verify(Attempt attempt) {
        return bounded.verify(attempt);
    }

    @Override
    public void close() {
        bounded.close();
    }

    private Judgement judge(String answer, List<String> forms) {
        Matcher fenced = FENCED.matcher(answer);
        CodeSandbox.Result result;
        try {
            result = sandbox.run(fenced.matches() ? fenced.group(1) : answer, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("a program of sandbox " + sandbox.name() + " was interrupted", e);
        }
        return switch (result.status()) {
            case FINISHED -> {
                String output = plain(result.output());
                yield forms.stream().anyMatch(form -> plain(form).equals(output))
                        ? Judgement.EQUAL
                        : Judgement.different("wrong-output");
            }
            case FAILED -> Judgement.different("program-failed");
            case TIMED_OUT -> Judgement.different("program-timed-out");
            case UNAVAILABLE -> Judgement.undecided("sandbox-unavailable");
        };
    }

    private static String plain(String output) {
        return output.lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .stripTrailing();
    }
}
