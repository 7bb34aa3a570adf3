package org.rpt4j.spark;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.pipeline.CorpusDivision;
import org.rpt4j.core.pipeline.TaskPipeline;

/**
 * Reads, tokenizes, scores and writes parts of a dataset, each an item. The answer is the number of tokens that were
 * scored.
 *
 * @param corpus files that the executor can open
 * @param recipe how documents become tasks
 * @param documents number of documents of the whole corpus
 * @param fingerprint of the whole corpus
 * @param proxyFingerprint of the proxy
 * @param directory of {@link PartFiles}
 * @param count number of parts
 * @param mixed whether executors may differ
 */
record ScorePart(
        FileCorpus corpus,
        PipelineRecipe recipe,
        long documents,
        String fingerprint,
        String proxyFingerprint,
        String directory,
        int count,
        boolean mixed)
        implements Operation {

    static final String KIND = "score-part";

    @Override
    public void write(WireWriter to) {
        to.text(KIND);
        CorpusWire.write(to, corpus);
        recipe.write(to);
        to.wholeLong(documents)
                .text(fingerprint)
                .text(proxyFingerprint)
                .text(directory)
                .whole(count)
                .flag(mixed);
    }

    static ScorePart read(WireReader from) {
        return new ScorePart(
                CorpusWire.corpus(from),
                PipelineRecipe.read(from),
                from.wholeLong(),
                from.text(),
                from.text(),
                from.text(),
                from.whole(),
                from.flag());
    }

    /** One item. */
    static byte[] items(CorpusDivision.Part part) {
        return new WireWriter().all(List.of(part), CorpusWire::write).bytes();
    }

    /** The part that an item names. */
    static CorpusDivision.Part part(WireReader items) {
        return items.all(CorpusWire::part).get(0);
    }

    @Override
    public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
        CorpusDivision.Part part = part(items);
        PartFiles parts = new PartFiles(directory, count);
        if (!mixed) {
            parts.requireMadeBy(model.fingerprint());
        }
        AtomicLong tokens = new AtomicLong();
        if (!parts.has(part.number())) {
            TaskPipeline pipeline = recipe.pipeline(model);
            CorpusSummary summary = new CorpusSummary(documents, fingerprint, List.of());
            DatasetHeader header = pipeline.header(summary, model.scorer(), proxyFingerprint);
            parts.write(
                    part.number(),
                    out -> tokens.set(pipeline.writePart(out, corpus, part, count, header, model.scorer())));
        }
        answers.wholeLong(tokens.get());
    }
}
