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

/**
 * A driver with a heap of 512 MiB in a process of its own, which makes a dataset.
 *
 * @param backend that executors open
 * @param master of Spark
 * @param blocksPerPart of the dataset
 */
record DatasetDriver(String backend, String master, int blocksPerPart) {

    /** Starts the process with the class path and the options of this one. */
    Process start(Path model, Path corpus, Path out, ProcessBuilder.Redirect output) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                DatasetDriver.class.getName(),
                backend,
                master,
                String.valueOf(blocksPerPart),
                model.toString(),
                corpus.toString(),
                out.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
    }

    public static void main(String[] args) {
        DatasetDriver driver = new DatasetDriver(args[0], args[1], Integer.parseInt(args[2]));
        driver.run(ModelSource.directory(Path.of(args[3])), Path.of(args[4]), Path.of(args[5]));
    }

    private void run(ModelSource model, Path corpus, Path out) {
        try (JavaSparkContext context = new JavaSparkContext(new SparkConf()
                        .setMaster(master)
                        .setAppName("a driver with a small heap")
                        .set("spark.ui.enabled", "false")
                        .set("spark.driver.host", "127.0.0.1")
                        .set("spark.driver.bindAddress", "127.0.0.1")
                        .set("spark.executor.memory", "512m")
                        .set("spark.executor.memoryOverhead", "1g")
                        .set("spark.executor.extraClassPath", System.getProperty("java.class.path")));
                SparkBackend cluster = SparkBackend.builder(context, backend)
                        .cluster(ClusterOptions.builder()
                                .blocksPerPart(blocksPerPart)
                                .build())
                        .build()) {
            SmallCorpus.clustered(cluster, SmallCorpus.job(out, Corpora.open(corpus), model, model.directory()), model);
        }
    }
}
