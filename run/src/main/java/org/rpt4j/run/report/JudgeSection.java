package org.rpt4j.run.report;

import java.util.Locale;
import org.rpt4j.judge.JudgeAudit;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RunDirectory;

/** What the judge of a run answered, how far its votes agreed, and what it cost; nothing for a run without one. */
final class JudgeSection {

    private JudgeSection() {}

    static String html(RecordedRun run) {
        return JudgeAudit.read(RunDirectory.reward(run.directory()))
                .map(JudgeSection::html)
                .orElse("");
    }

    private static String html(JudgeAudit audit) {
        String agreement = audit.severalVotes() == 0
                ? "One vote each, so there is no agreement to measure."
                : String.format(
                        Locale.ROOT,
                        "All votes were the same on %.1f %% of the questions with several votes. The others are where the"
                                + " judge is unsure: read some before you trust it.",
                        100 * audit.agreement());
        return Markup.section(
                "Judge",
                Markup.paragraph(Markup.escape(String.format(
                        Locale.ROOT,
                        "%,d different questions were answered: %,d yes, %,d no. %s The judge read %,d tokens and wrote"
                                + " %,d, as far as its server tells; they are not in the training compute.",
                        audit.questions(),
                        audit.yes(),
                        audit.no(),
                        agreement,
                        audit.promptTokens(),
                        audit.completionTokens()))));
    }
}
