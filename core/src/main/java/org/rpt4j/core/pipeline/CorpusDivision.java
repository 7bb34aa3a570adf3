package org.rpt4j.core.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.CorpusPlace;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.Shard;

/**
 * A corpus that was read once, and where it can be cut into parts of whole documents that machines score by themselves.
 * Parts end where {@linkplain TaskPipeline#writeShard blocks} do, so no batch of a proxy has documents of two parts, and
 * the scores have the bits of one process. Where that is depends only on the texts.
 *
 * @param summary of the whole corpus
 * @param parts in the order of their documents; none if there is no document
 * @since 0.1.0
 */
public record CorpusDivision(CorpusSummary summary, List<Part> parts) {

    public CorpusDivision {
        parts = List.copyOf(parts);
    }

    /**
     * A part.
     *
     * @param number from 1
     * @param begin where its first document is
     * @param firstDocument number of that document in the corpus, from 0
     * @param documents number of documents, at least 1
     * @param fingerprint {@link CorpusFingerprint} of these documents alone
     * @since 0.1.0
     */
    public record Part(int number, CorpusPlace begin, long firstDocument, long documents, String fingerprint) {

        void requireSame(CorpusFingerprint read) {
            if (!read.value().equals(fingerprint)) {
                throw new CorpusException("The corpus changed while it was being read: part " + number + " first had "
                        + documents + " documents with " + fingerprint + ", then " + read.documents() + " with "
                        + read.value() + ". Run again.");
            }
        }
    }

    /**
     * Reads a corpus, with one block in memory.
     *
     * @param maxDocuments number of documents to read at most
     * @param blocksPerPart number of blocks in a part, of 256 KiB of text each or one longer document
     * @throws CorpusException if the corpus is malformed
     */
    public static CorpusDivision of(FileCorpus corpus, long maxDocuments, int blocksPerPart) {
        List<Part> parts = new ArrayList<>();
        try (DocumentIterator documents = corpus.iterator()) {
            CorpusBlocks blocks = new CorpusBlocks(documents, maxDocuments, Shard.WHOLE);
            for (Part part = next(documents, blocks, parts.size(), blocksPerPart);
                    part != null;
                    part = next(documents, blocks, parts.size(), blocksPerPart)) {
                parts.add(part);
            }
            CorpusFingerprint read = blocks.fingerprint();
            return new CorpusDivision(new CorpusSummary(read.documents(), read.value(), documents.badLines()), parts);
        }
    }

    private static @Nullable Part next(DocumentIterator documents, CorpusBlocks blocks, int before, int count) {
        CorpusPlace begin = documents.place().orElseThrow();
        long first = blocks.fingerprint().documents();
        CorpusFingerprint fingerprint = new CorpusFingerprint();
        for (int i = 0; i < count; i++) {
            CorpusBlocks.Block block = blocks.next();
            if (block == null) {
                break;
            }
            block.documents().forEach(fingerprint::add);
        }
        return fingerprint.documents() == 0
                ? null
                : new Part(before + 1, begin, first, fingerprint.documents(), fingerprint.value());
    }
}
