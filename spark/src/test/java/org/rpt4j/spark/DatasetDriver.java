package org.rpt4j.spark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.rpt4j.api.ModelSource;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.tck.reference.ReferenceBackend;

/** A driver in a process of its own, which makes a dataset. */
final class DatasetDriver {

    private DatasetDriver() {}

    /** Starts the process with the class path and the options of this one. */
    static Process start(Path model, Path corpus, Path out) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                DatasetDriver.class.getName(),
                model.toString(),
                corpus.toString(),
                out.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] args) {
        ModelSource model = ModelSource.directory(Path.of(args[0]));
        try (JavaSparkContext context = new JavaSparkContext(new SparkConf()
                        .setMaster("local[1]")
                        .setAppName("driver to be killed")
                        .set("spark.ui.enabled", "false")
                        .set("spark.driver.host", "127.0.0.1"));
                SparkBackend cluster = SparkBackend.builder(context, ReferenceBackend.NAME)
                        .cluster(ClusterOptions.builder().blocksPerPart(1).build())
                        .build()) {
            SmallCorpus.clustered(
                    cluster,
                    SmallCorpus.job(Path.of(args[2]), Corpora.open(Path.of(args[1])), model, model.directory()),
                    model);
        }
    }
}
