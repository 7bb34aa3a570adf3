package org.rpt4j.judge;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * What a report tells of the judge of a run.
 *
 * @param questions different questions that were answered
 * @param yes those with a majority for yes
 * @param no those with a majority for no
 * @param severalVotes those with more than one vote
 * @param unanimous those among them in which all votes are the same
 * @param promptTokens tokens that the judge read, as far as a server tells
 * @param completionTokens tokens that it wrote
 * @since 0.1.0
 */
public record JudgeAudit(
        long questions,
        long yes,
        long no,
        long severalVotes,
        long unanimous,
        long promptTokens,
        long completionTokens) {

    /**
     * Reads what a judge kept in a directory; empty if it kept nothing.
     *
     * @throws org.rpt4j.api.error.StorageException if the file cannot be read
     */
    public static Optional<JudgeAudit> read(Path directory) {
        Path file = directory.resolve(JudgeRecord.FILE);
        return Files.exists(file) ? Optional.of(of(JudgeRecord.read(file).values())) : Optional.empty();
    }

    private static JudgeAudit of(Collection<Poll> polls) {
        return new JudgeAudit(
                polls.size(),
                polls.stream().filter(Poll::isYes).count(),
                polls.stream().filter(Poll::isNo).count(),
                polls.stream().filter(poll -> poll.votes() > 1).count(),
                polls.stream()
                        .filter(poll -> poll.votes() > 1 && poll.isUnanimous())
                        .count(),
                polls.stream().mapToLong(Poll::promptTokens).sum(),
                polls.stream().mapToLong(Poll::completionTokens).sum());
    }

    /** Share of unanimous polls among those with several votes; NaN if there are none. */
    public double agreement() {
        return (double) unanimous / severalVotes;
    }
}
