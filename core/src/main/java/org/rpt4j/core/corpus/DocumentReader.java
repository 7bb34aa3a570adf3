package org.rpt4j.core.corpus;

/** Reads the documents of one file from any place of it. */
interface DocumentReader extends FileReader<Document> {

    /** Goes to a place of this file before anything is read. */
    void skipTo(CorpusPlace place);

    /**
     * Where the next document is looked for.
     *
     * @param file index of this file
     */
    CorpusPlace place(int file);
}
