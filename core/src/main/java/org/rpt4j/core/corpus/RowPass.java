package org.rpt4j.core.corpus;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** A pass over the rows of files. */
final class RowPass extends FilesIterator<Row> implements RowFiles.Pass {

    private final CorpusOptions options;
    private final RowLayout layout;
    private @Nullable Row last;

    RowPass(List<CorpusFile> files, CorpusOptions options, RowLayout layout) {
        super(files, "rows", options.toleratedBadLines());
        this.options = options;
        this.layout = layout;
    }

    @Override
    FileReader<Row> open(CorpusFile file, BadLines bad) {
        return layout.open(file, options, bad);
    }

    @Override
    public Row next() {
        last = super.next();
        return last;
    }

    @Override
    public void passOver(CorpusException problem) {
        Row row = last;
        if (row == null) {
            throw new IllegalStateException("no row was read yet that could be passed over");
        }
        passOver(row.file(), row.number(), problem);
    }
}
