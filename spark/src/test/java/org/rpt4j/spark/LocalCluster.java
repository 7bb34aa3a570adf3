package org.rpt4j.spark;

import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.reference.ReferenceBackend;

/** A cluster of two tasks at a time in this JVM, started once. */
final class LocalCluster {

    private LocalCluster() {}

    private static final class Holder {
        private static final JavaSparkContext CONTEXT = new JavaSparkContext(new SparkConf()
                .setMaster("local[2]")
                .setAppName("rpt4j tests")
                .set(SparkSettings.BACKEND, ReferenceBackend.NAME)
                .set(SparkSettings.PREFIX + ClusterOptions.PROMPTS_PER_TASK.name(), "1")
                .set("spark.ui.enabled", "false")
                .set("spark.hadoop.fs.other.impl", OtherFileSystem.class.getName())
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
    }

    static JavaSparkContext context() {
        return Holder.CONTEXT;
    }

    /** The reference backend on the cluster. */
    static SparkBackend reference(ClusterOptions options) {
        return SparkBackend.builder(context(), ReferenceBackend.NAME)
                .cluster(options)
                .build();
    }

    /** A provider of the reference backend on the cluster, for the contract. */
    static BackendProvider provider(ClusterOptions cluster) {
        return new BackendProvider() {
            @Override
            public String name() {
                return SparkBackend.NAME;
            }

            @Override
            public int apiVersion() {
                return API_VERSION;
            }

            @Override
            public Availability availability() {
                return new Availability.Available("the reference on Spark in this JVM");
            }

            @Override
            public Set<Capability> capabilities() {
                try (Backend backend = create(() -> BackendOptions.DEFAULTS)) {
                    return backend.capabilities();
                }
            }

            @Override
            public Backend create(BackendContext context) {
                return SparkBackend.builder(LocalCluster.context(), ReferenceBackend.NAME)
                        .options(context.options())
                        .cluster(cluster)
                        .build();
            }
        };
    }
}
