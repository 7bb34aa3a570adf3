package org.rpt4j.core.corpus;

/**
 * Where a document of a {@link FileCorpus} begins, so that a pass can begin there.
 *
 * @param file index of the file
 * @param offset bytes of its content before the place, as they are decompressed; 0 in Parquet
 * @param number lines, or rows of Parquet, before the place
 * @param documents documents of a plain text before the place, which give the next one its id; 0 in other files
 * @since 0.1.0
 */
public record CorpusPlace(int file, long offset, long number, long documents) {

    /** Where a corpus begins. */
    public static final CorpusPlace START = new CorpusPlace(0, 0, 0, 0);

    public CorpusPlace {
        if (file < 0 || offset < 0 || number < 0 || documents < 0) {
            throw new IllegalArgumentException("place is " + file + ", " + offset + ", " + number + ", " + documents
                    + "; none of them is negative");
        }
    }

    boolean isStartOfFile() {
        return number == 0;
    }
}
