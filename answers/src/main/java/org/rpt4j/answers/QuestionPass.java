package org.rpt4j.answers;

import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.Row;
import org.rpt4j.core.corpus.RowFiles;

/** A pass over the questions in rows. */
final class QuestionPass implements QuestionFiles.Pass {

    private final RowFiles.Pass rows;
    private final QuestionReader reader;
    /** The ids so far, each by its 64 bits, so that millions of questions need little memory. */
    private final Set<Long> known = new HashSet<>();

    private @Nullable Question next;
    private boolean foundAny;

    QuestionPass(RowFiles.Pass rows, QuestionReader reader) {
        this.rows = rows;
        this.reader = reader;
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null && rows.hasNext()) {
                read(rows.next());
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        if (next == null && !foundAny && !badRows().isEmpty()) {
            CorpusSummary.BadLine first = badRows().get(0);
            throw new CorpusException("Every row of the question files is bad; the first, " + first.file() + ":"
                    + first.line() + ": " + first.problem());
        }
        return next != null;
    }

    private void read(Row row) {
        try {
            Question question = reader.question(row);
            if (!known.add(CounterRandom.bits(question.id()))) {
                throw new CorpusException("Corpus " + row.place() + " has the id " + question.id()
                        + " of an earlier question. Make the ids distinct, or let the number of the row be the id.");
            }
            next = question;
            foundAny = true;
        } catch (CorpusException e) {
            rows.passOver(e);
        }
    }

    @Override
    public Question next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("no question left");
        }
        Question question = next;
        next = null;
        return question;
    }

    @Override
    public List<CorpusSummary.BadLine> badRows() {
        return rows.badLines();
    }

    @Override
    public void passOver(String problem) {
        if (next != null) {
            throw new IllegalStateException("the next question was read already; pass over before hasNext()");
        }
        rows.passOver(new CorpusException(problem));
    }

    @Override
    public void close() {
        next = null;
        rows.close();
    }
}
