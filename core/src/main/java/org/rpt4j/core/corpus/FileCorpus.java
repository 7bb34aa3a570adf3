package org.rpt4j.core.corpus;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.CorpusException;

/**
 * A corpus of files, of which a pass may begin at any document: several machines can share the reading. Immutable and
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class FileCorpus implements Corpus {

    private final List<CorpusFile> files;
    private final CorpusOptions options;

    FileCorpus(List<CorpusFile> files, CorpusOptions options) {
        this.files = List.copyOf(files);
        this.options = options;
    }

    /**
     * A file, in words that another process understands.
     *
     * @param path absolute, or with a scheme
     * @param name what the ids of its documents begin with
     * @since 0.1.0
     */
    public record Member(String path, String name) {}

    /**
     * Opens the files that another process found with {@link Corpora#open(List, CorpusOptions)}, in the same order.
     *
     * @throws CorpusException if a path has a scheme that nothing reads here
     */
    public static FileCorpus of(List<Member> members, CorpusOptions options) {
        return new FileCorpus(
                members.stream()
                        .map(member -> new CorpusFile(FilePath.parse(member.path()), member.name()))
                        .toList(),
                options);
    }

    /** The files, in the order of their documents. */
    public List<Member> members() {
        List<Member> members = new ArrayList<>(files.size());
        files.forEach(file -> members.add(new Member(file.path().absolute().toString(), file.name())));
        return members;
    }

    /** How the files are read. */
    public CorpusOptions options() {
        return options;
    }

    @Override
    public DocumentIterator iterator() {
        return iterator(CorpusPlace.START);
    }

    /**
     * Starts a pass over the documents from a place on.
     *
     * @param from {@link DocumentIterator#place()} of a pass over the same files
     */
    public DocumentIterator iterator(CorpusPlace from) {
        return new DocumentPass(files, options, from);
    }
}
