package org.rpt4j.core.corpus;

import java.util.List;

/** A pass over the documents of files. */
final class DocumentPass extends FilesIterator<Document> implements DocumentIterator {

    private final CorpusOptions options;

    DocumentPass(List<CorpusFile> files, CorpusOptions options) {
        super(files, "documents", options.toleratedBadLines());
        this.options = options;
    }

    @Override
    FileReader<Document> open(CorpusFile file, BadLines bad) {
        return file.open(options, bad);
    }
}
