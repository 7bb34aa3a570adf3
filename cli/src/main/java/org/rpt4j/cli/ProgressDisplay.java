package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.rpt4j.api.error.Printable;
import org.rpt4j.core.phase.Progress;

/** A bar with the time that is left: drawn over itself at a terminal, as a line now and then elsewhere. */
public final class ProgressDisplay implements Consumer<Progress>, AutoCloseable {

    private static final int LINE_WIDTH = 110;
    private static final int DRAW_MILLIS = 250;
    private static final int LINE_MILLIS = 10_000;

    private final ProgressBar bar;

    /**
     * Shows a task of unknown length until the first report.
     *
     * @param unit what is counted, such as {@code " tokens"}
     * @param err where lines go if standard error is no terminal
     */
    public ProgressDisplay(String task, String unit, PrintWriter err) {
        boolean terminal = System.console() != null;
        ProgressBarConsumer consumer = terminal
                ? new ConsoleProgressBarConsumer(System.err)
                : new DelegatingProgressBarConsumer(new ChangedLines(err), LINE_WIDTH);
        bar = new ProgressBarBuilder()
                .setTaskName(Printable.line(task))
                .setUnit(unit, 1)
                .setInitialMax(-1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(terminal ? DRAW_MILLIS : LINE_MILLIS)
                .setConsumer(consumer)
                .continuousUpdate()
                .build();
    }

    @Override
    public void accept(Progress progress) {
        bar.maxHint(progress.total());
        bar.stepTo(progress.done());
    }

    /** Something to read beside the bar. */
    void note(String text) {
        bar.setExtraMessage(Printable.line(text));
    }

    @Override
    public void close() {
        bar.close();
    }

    /** Prints a line unless it says what the line before said. */
    private static final class ChangedLines implements Consumer<String> {

        private final PrintWriter err;
        private String last = "";

        ChangedLines(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void accept(String line) {
            if (!line.equals(last)) {
                last = line;
                err.println(Printable.line(line.stripTrailing()));
                err.flush();
            }
        }
    }
}
