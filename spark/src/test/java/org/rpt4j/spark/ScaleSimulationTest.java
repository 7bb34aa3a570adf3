package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The simulation behind docs/scale.md, in cases whose end is known. */
class ScaleSimulationTest {

    private static final Path PROGRAM = Path.of("..", "experiments", "scale", "ScaleSimulation.java");

    /** Nodes that are equal, never lost, and wait for nothing. */
    private static final List<String> PLAIN =
            List.of("nodes=8", "spread=0", "slowNodes=0", "lossesPerHour=0", "driverPerTask=0", "perCall=0");

    @Test
    void equalTasksEndTogether() throws Exception {
        assertThat(simulate("tasks=80", "taskSeconds=60"))
                .containsEntry("seconds", 600.0)
                .containsEntry("efficiency", 1.0)
                .containsEntry("wasted", 0.0);
    }

    @Test
    void aDriverThatIsSlowerThanItsNodesDecides() throws Exception {
        assertThat(simulate("tasks=80", "taskSeconds=1", "driverPerTask=0.5").get("seconds"))
                .isCloseTo(80 * 0.5 + 1, within(1e-6));
    }

    @Test
    void allNodesShareWhatTheDriverSends() throws Exception {
        List<String> call = List.of("tasks=8", "taskSeconds=10", "openSeconds=2", "weights=1e9", "driverBandwidth=1e9");
        assertThat(simulate(call.toArray(String[]::new)).get("seconds")).isEqualTo(8 + 2 + 10);
        List<String> shared = Stream.concat(call.stream(), Stream.of("shared=true", "nodeBandwidth=1e9"))
                .toList();
        assertThat(simulate(shared.toArray(String[]::new)).get("seconds")).isEqualTo(1 + 2 + 10);
    }

    /** The slow node takes 1,000 s for its task; a copy starts as soon as it is late. */
    @Test
    void aCopyOvertakesASlowNode() throws Exception {
        String[] slow = {"tasks=8", "taskSeconds=100", "slowNodes=0.125", "slowFactor=10", "speculationQuantile=0.5"};
        assertThat(simulate(slow).get("seconds")).isEqualTo(1_000);
        Map<String, Double> copied = simulate(
                Stream.concat(Stream.of(slow), Stream.of("speculation=1.5")).toArray(String[]::new));
        assertThat(copied.get("seconds")).isBetween(250.0, 270.0);
        assertThat(copied).containsEntry("copies", 1.0);
    }

    @Test
    void lostTasksRunAgain() throws Exception {
        Map<String, Double> lost = simulate("tasks=80", "taskSeconds=60", "lossesPerHour=20", "restartSeconds=10");
        assertThat(lost.get("losses")).isPositive();
        assertThat(lost.get("wasted")).isPositive();
        assertThat(lost.get("seconds")).isGreaterThan(600);
    }

    private static Map<String, Double> simulate(String... values) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                PROGRAM.toString()));
        command.addAll(PLAIN);
        command.addAll(List.of(values));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(output).isZero();
        return Stream.of(output.split(" "))
                .map(pair -> pair.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Double.valueOf(pair[1])));
    }
}
