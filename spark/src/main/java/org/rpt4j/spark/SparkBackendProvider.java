package org.rpt4j.spark;

import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;

/**
 * The backend {@code spark}, by which every command and every run computes on a cluster: on that of the active
 * SparkContext, or of a new one with the settings that spark-submit made. The name of the inner backend and the {@link
 * ClusterOptions} are settings of Spark, such as {@code spark.rpt4j.backend}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class SparkBackendProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public SparkBackendProvider() {}

    @Override
    public String name() {
        return SparkBackend.NAME;
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    /** Whether there is a SparkContext, or a master to start one with; starts none. */
    @Override
    public Availability availability() {
        try {
            SparkConf conf = conf();
            SparkSettings settings = new SparkSettings(conf);
            if (!conf.contains("spark.master")) {
                return new Availability.Unavailable(
                        "there is no cluster. Start with spark-submit, or set -Dspark.master.", null);
            }
            return new Availability.Available(
                    "master " + conf.get("spark.master") + ", executors open " + settings.backend());
        } catch (RptException | LinkageError e) {
            return new Availability.Unavailable(
                    e instanceof LinkageError
                            ? "Spark is not on the class path. Start with spark-submit."
                            : String.valueOf(e.getMessage()),
                    e);
        }
    }

    /** Those of the inner backend that a cluster has. If a setting is wrong, all: opening says what is wrong. */
    @Override
    public Set<Capability> capabilities() {
        try {
            return SparkBackend.capabilities(Backends.discover().provider(new SparkSettings(conf()).backend()));
        } catch (RptException | LinkageError e) {
            return EnumSet.complementOf(EnumSet.of(Capability.DECODE));
        }
    }

    private static SparkConf conf() {
        @Nullable SparkEnv active = SparkEnv.get();
        return active == null ? new SparkConf() : active.conf().clone();
    }

    /**
     * Opens the backend. A SparkContext that it starts stays active, for the next one, until the JVM ends.
     *
     * @throws BackendUnavailableException if there is no cluster, or a setting is wrong
     */
    @Override
    public Backend create(BackendContext context) {
        SparkContext spark;
        try {
            SparkConf conf = conf();
            if (!conf.contains("spark.app.name")) {
                conf.setAppName("rpt4j");
            }
            spark = SparkContext.getOrCreate(conf);
        } catch (RuntimeException e) {
            throw new BackendUnavailableException("cannot start a SparkContext: " + e.getMessage(), e);
        }
        SparkSettings settings = new SparkSettings(spark.getConf());
        return SparkBackend.builder(JavaSparkContext.fromSparkContext(spark), settings.backend())
                .options(context.options())
                .cluster(settings.cluster())
                .build();
    }
}
