package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command of the library under spark-submit, with the driver in a process of its own, which is killed. */
@Tag("cluster")
class SparkSubmitTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path COMMAND = ROOT.resolve("cli/target/rpt4j.jar");

    /** Three updates of an adapter, by two shards of several micro-batches. */
    private static final List<String> RUN = List.of(
            "run",
            "--config=samples/src/main/config/quickstart.yaml",
            "--training.steps=3",
            "--training.prompts-per-step=6",
            "--training.micro-batch-tokens=600",
            "--training.gradient-shards=2",
            "--training.probe-prompts=0",
            "--lora.rank=4",
            "--sampling.group-size=4",
            "--sampling.max-tokens=16",
            "--evaluation.tasks=4",
            "--run.save-every-steps=1",
            "--backend.threads=1");

    @TempDir
    private Path directory;

    private Path sparkHome;
    private Path sparkJar;

    @BeforeEach
    void install() throws IOException {
        assertThat(COMMAND).as("package rpt4j-cli first, see CONTRIBUTING.md").exists();
        sparkHome = directory.resolve("spark-home");
        Path jars = Files.createDirectories(sparkHome.resolve("jars"));
        Files.createFile(sparkHome.resolve("RELEASE"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (entry.endsWith(".jar") && !jar.startsWith(ROOT)) {
                Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
            }
        }
        sparkJar = directory.resolve("rpt4j-spark.jar");
        Path classes = Path.of(SparkBackend.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        int status = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "--create", "--file", sparkJar.toString(), "-C", classes.toString(), ".");
        assertThat(status).as("exit status of jar").isZero();
    }

    @Test
    void aDriverThatIsKilledResumesWithTheBitsOfOneProcess() throws Exception {
        Path alone = directory.resolve("alone");
        assertEndsWell(start("alone", List.of("-jar", COMMAND.toString()), run(alone, "native")));

        Path cluster = directory.resolve("cluster");
        Process driver = submit("killed", run(cluster, SparkBackend.NAME));
        Path checkpoint = cluster.resolve("checkpoints/step-000000001/manifest.json");
        assertTimeoutPreemptively(Duration.ofMinutes(8), () -> {
            while (!Files.exists(checkpoint) && driver.isAlive()) {
                Thread.sleep(20);
            }
        });
        assertThat(driver.isAlive()).as("%s", log("killed")).isTrue();
        driver.destroyForcibly().waitFor();
        assertThat(cluster.resolve("outcome.json")).doesNotExist();

        assertEndsWell(submit("resumed", List.of("resume", cluster.toString())));
        for (String file : List.of("checkpoint/adapter_model.safetensors", "checkpoint.optimizer")) {
            assertThat(cluster.resolve(file)).hasSameBinaryContentAs(alone.resolve(file));
        }
        assertThat(cluster.resolve("report.html")).content().contains("Executors of the cluster", "executor 0 on");
        assertThat(alone.resolve("report.html")).content().doesNotContain("Executors of the cluster");
    }

    private static List<String> run(Path directory, String backend) {
        List<String> arguments = new ArrayList<>(RUN);
        arguments.add("--backend.name=" + backend);
        arguments.add("--run.directory=" + directory);
        return arguments;
    }

    /** As the script spark-submit does. */
    private Process submit(String name, List<String> arguments) throws IOException {
        List<String> spark = new ArrayList<>(
                Arrays.asList(System.getProperty("rpt4j.test.opens").split(" ")));
        spark.addAll(
                List.of("-Xmx700m", "-cp", sparkHome.resolve("jars") + "/*", "org.apache.spark.deploy.SparkSubmit"));
        for (String setting : List.of(
                "spark.master=local-cluster[2,1,512]",
                "spark.executor.memory=512m",
                "spark.executor.memoryOverhead=1g",
                "spark.rpt4j.prompts-per-task=2",
                "spark.ui.enabled=false",
                "spark.driver.host=127.0.0.1",
                "spark.driver.bindAddress=127.0.0.1")) {
            spark.addAll(List.of("--conf", setting));
        }
        spark.addAll(List.of("--jars", sparkJar.toString(), "--class", "org.rpt4j.cli.Rpt4j", COMMAND.toString()));
        return start(name, spark, arguments);
    }

    private Process start(String name, List<String> java, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(java);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile());
        builder.environment().put("SPARK_HOME", sparkHome.toString());
        return builder.start();
    }

    private void assertEndsWell(Process process) throws Exception {
        int status = process.waitFor();
        try (Stream<Path> logs = Files.list(directory)) {
            assertThat(status)
                    .as(() -> logs.filter(file -> file.toString().endsWith(".log"))
                            .map(SparkSubmitTest::lastLines)
                            .toList()
                            .toString())
                    .isZero();
        }
    }

    private String log(String name) {
        return lastLines(directory.resolve(name + ".log"));
    }

    private static String lastLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return file.getFileName() + ":\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())) + "\n";
        } catch (IOException e) {
            return file + ": " + e;
        }
    }
}
