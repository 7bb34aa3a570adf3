package org.rpt4j.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.rpt4j.api.ModelSource;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.pipeline.CorpusDivision;
import org.rpt4j.core.pipeline.PipelineSettings;

/**
 * Scores documents that lie in a {@link Dataset} of Spark, for jobs of an application: what comes out is a dataset, to be
 * joined, counted or written as Parquet. Nothing of it is computed before Spark does, so keep this open until then.
 * Thread-safe.
 *
 * <pre>{@code
 * try (DocumentScoring scoring = DocumentScoring.open(cluster, proxy, proxy.directory(), settings)) {
 *     scoring.hardPositions(session.read().parquet("hdfs:///corpus").selectExpr("url as id", "body as text"))
 *             .write()
 *             .parquet("hdfs:///hard");
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public final class DocumentScoring implements AutoCloseable {

    private final SparkScorer scorer;
    private final PipelineSettings settings;
    private final PipelineRecipe recipe;
    private final List<PublishedFile> tokenizer;

    private DocumentScoring(SparkScorer scorer, PipelineSettings settings, Path policyTokenizer, Path proxyTokenizer) {
        this.scorer = scorer;
        this.settings = settings;
        boolean same = ClusterDataset.isSame(policyTokenizer, proxyTokenizer);
        this.tokenizer = same ? List.of() : scorer.remote().files().publishTokenizer(policyTokenizer);
        this.recipe = new PipelineRecipe(
                settings, same ? Optional.empty() : Optional.of(scorer.remote().tokenizer(tokenizer, policyTokenizer)));
    }

    /**
     * Makes a proxy available to executors.
     *
     * @param backend stays the caller's, and open as long as this
     * @param proxy with its tokenizer beside it
     * @param tokenizer directory with the tokenizer of the policy, whose tokens are scored
     * @param settings of tokenizing, scoring and selecting
     * @throws org.rpt4j.api.error.RptException if the model cannot be read, or the backend cannot score
     */
    public static DocumentScoring open(
            SparkBackend backend, ModelSource proxy, Path tokenizer, PipelineSettings settings) {
        SparkScorer scorer = (SparkScorer) backend.openProxyScorer(proxy);
        try {
            return new DocumentScoring(scorer, settings, tokenizer, proxy.directory());
        } catch (RuntimeException | Error e) {
            scorer.close();
            throw e;
        }
    }

    /**
     * The documents of files, with the ids that they have on one machine, in as many partitions as {@link
     * ClusterOptions#blocksPerPart()} makes. An executor first reads all of them once.
     *
     * @return rows with the columns {@code id} and {@code text}
     * @throws org.rpt4j.api.error.CorpusException if the corpus is malformed
     */
    public Dataset<Row> documents(SparkSession session, FileCorpus corpus) {
        CorpusDivision division = scorer.dataset().divide(corpus, settings.maxDocuments());
        List<byte[]> parts = division.parts().stream().map(ScorePart::items).toList();
        return session.createDataFrame(scorer.dataset().spread(parts).flatMap(new ReadPart(corpus)), ReadPart.DOCUMENT);
    }

    /**
     * The scores of all tokens.
     *
     * @param documents with the columns {@code id} and {@code text}, neither of them null
     * @return {@code id}; {@code tokens}, the ids of T tokens; {@code entropy} [T] in nats, NaN for a token without a
     *     score; {@code argmax} [T], the token that the proxy holds most probable, -1 for none; {@code log_prob} [T] of
     *     the token that is there
     * @throws IllegalArgumentException if there are no such columns
     */
    public Dataset<Row> scores(Dataset<Row> documents) {
        return rows(documents, false, ScoreRows.SCORES);
    }

    /**
     * The hard positions, as a dataset of tasks has them. Documents without one are left out.
     *
     * @param documents with the columns {@code id} and {@code text}, neither of them null
     * @return {@code id}; {@code tokens} up to the end of the last continuation; {@code positions} [P], increasing; {@code
     *     entropy} [P] in nats; {@code argmax_hit} [P], whether the proxy holds the token most probable
     * @throws IllegalArgumentException if there are no such columns
     */
    public Dataset<Row> hardPositions(Dataset<Row> documents) {
        return rows(documents, true, ScoreRows.HARD);
    }

    private Dataset<Row> rows(Dataset<Row> documents, boolean selects, StructType schema) {
        for (String column : List.of("id", "text")) {
            boolean isText = List.of(documents.columns()).contains(column)
                    && documents.schema().apply(column).dataType().equals(DataTypes.StringType);
            if (!isText) {
                throw new IllegalArgumentException("documents has no column \"" + column + "\" of text; it has "
                        + documents.schema().simpleString() + ". Select the columns as id and text.");
            }
        }
        ScoreRows function = scorer.dataset().rows(new ScoreDocuments(recipe, selects));
        return documents.select("id", "text").mapPartitions(function, Encoders.row(schema));
    }

    /** Lets executors close the model; idempotent. */
    @Override
    public void close() {
        if (!scorer.isClosed()) {
            scorer.remote().files().release(tokenizer);
            scorer.close();
        }
    }
}
