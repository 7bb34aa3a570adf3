package org.rpt4j.core.corpus;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pass over the documents of files. */
final class DocumentPass extends FilesIterator<Document> implements DocumentIterator {

    private final CorpusOptions options;
    private final CorpusPlace from;
    private int file;
    private @Nullable ReaderWithPlace reader;

    /** @param from where it begins */
    DocumentPass(List<CorpusFile> files, CorpusOptions options, CorpusPlace from) {
        super(
                files.subList(Math.min(from.file(), files.size()), files.size()),
                "documents",
                options.toleratedBadLines());
        this.options = options;
        this.from = from;
        this.file = from.file();
    }

    @Override
    FileReader<Document> open(CorpusFile opened, BadLines bad) {
        boolean first = reader == null;
        DocumentReader documents = opened.open(options, bad);
        if (first && !from.isStartOfFile()) {
            try {
                documents.skipTo(from);
            } catch (RuntimeException | Error e) {
                documents.close();
                throw e;
            }
        }
        file += first ? 0 : 1;
        reader = new ReaderWithPlace(documents, file);
        return reader;
    }

    @Override
    public Optional<CorpusPlace> place() {
        if (reader == null) {
            return Optional.of(from);
        }
        return Optional.of(isAhead() ? reader.before : reader.documents.place(file));
    }

    /** Remembers where the document that was read last was looked for. */
    private static final class ReaderWithPlace implements FileReader<Document> {

        private final DocumentReader documents;
        private final int file;
        private CorpusPlace before;

        ReaderWithPlace(DocumentReader documents, int file) {
            this.documents = documents;
            this.file = file;
            this.before = documents.place(file);
        }

        @Override
        public @Nullable Document read() {
            before = documents.place(file);
            return documents.read();
        }

        @Override
        public void close() {
            documents.close();
        }
    }
}
