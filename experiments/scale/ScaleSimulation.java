import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Simulates calls of rpt4j on a Spark cluster: a driver that starts tasks one after the other, executors that fetch the
 * model and compute, some of them slow, some of them lost. docs/scale.md explains the model and shows its results.
 *
 * <pre>java experiments/scale/ScaleSimulation.java [NAME=VALUE ...]</pre>
 *
 * Without arguments it prints the tables of docs/scale.md; with some, one call with these values.
 */
public final class ScaleSimulation {

    /** Everything that a call is made of; times in seconds, sizes in bytes. */
    static final class Call {
        int nodes = 8;
        int tasks = 800;
        /** Of a task on a healthy node. */
        double taskSeconds = 60;
        /** Standard deviation of the logarithm of a task's time. */
        double spread = 0.1;
        /** Part of the nodes that are slow, and how much longer a task takes there. */
        double slowNodes = 0.02;
        double slowFactor = 3;
        /** Lost executors per node and hour, and the time until one is back. */
        double lossesPerHour = 0.01;
        double restartSeconds = 60;
        /** What the driver does for each task, one after the other. */
        double driverPerTask = 0.0036;
        /** What a call takes whatever it computes. */
        double perCall = 0.044;
        /** Weights that each executor fetches before its first task, and what it takes to open them. */
        double weights = 0;
        double openSeconds = 1;
        /** Bytes per second of all downloads from the driver together, and of one node's link. */
        double driverBandwidth = 1.25e9;
        double nodeBandwidth = 1.25e9;
        /** Whether nodes read weights from a shared directory instead of the driver. */
        boolean shared = false;
        /** Spark's speculation: a copy of a task that takes longer than this times the median; 0 turns it off. */
        double speculation = 0;
        /** The copy may start when this part of the tasks is done. */
        double speculationQuantile = 0.9;
        long seed = 1;

        void set(String name, String value) {
            try {
                var field = Call.class.getDeclaredField(name);
                if (field.getType() == int.class) field.setInt(this, Integer.parseInt(value));
                else if (field.getType() == long.class) field.setLong(this, Long.parseLong(value));
                else if (field.getType() == boolean.class) field.setBoolean(this, Boolean.parseBoolean(value));
                else field.setDouble(this, Double.parseDouble(value));
            } catch (NoSuchFieldException e) {
                throw new IllegalArgumentException("There is no value \"" + name + "\". There are: "
                        + String.join(", ", Arrays.stream(Call.class.getDeclaredFields())
                                .map(java.lang.reflect.Field::getName)
                                .toList()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " is \"" + value + "\", which is no number of its type");
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** @param wasted node seconds of attempts that were lost, or were not the first to end */
    record Result(double seconds, double busy, double wasted, double driver, int losses, int copies) {
        /** Part of the time of all nodes in which they computed what counts. */
        double efficiency(Call call) {
            return (busy - wasted) / (seconds * call.nodes);
        }
    }

    private record Event(double time, int order, Kind kind, int node, int attempt) {}

    private enum Kind { READY, DONE, LOST }

    private final Call call;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) ->
            a.time != b.time ? Double.compare(a.time, b.time) : Integer.compare(a.order, b.order));
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private final boolean[] done;
    private final int[] running;
    private final int[] attempt;
    private final int[] taskOf;
    private final double[] startedAt;
    private final boolean[] slow;
    private final boolean[] idle;
    private final double[] durations;
    /** Of the tasks that were done when the first copy was thought of. */
    private double median;
    private int finished;
    private int order;
    private double driverFree;
    private double driverBusy;
    private double busy;
    private double wasted;
    private int losses;
    private int copies;

    private ScaleSimulation(Call call) {
        this.call = call;
        this.random = new SplittableRandom(call.seed);
        this.done = new boolean[call.tasks];
        this.running = new int[call.tasks];
        this.attempt = new int[call.nodes];
        this.taskOf = new int[call.nodes];
        this.startedAt = new double[call.nodes];
        this.slow = new boolean[call.nodes];
        this.idle = new boolean[call.nodes];
        this.durations = new double[call.tasks];
        Arrays.fill(taskOf, -1);
    }

    static Result simulate(Call call) {
        return new ScaleSimulation(call).run();
    }

    private Result run() {
        for (int i = 0; i < call.tasks; i++) waiting.add(i);
        for (int i = 0; i < Math.round(call.slowNodes * call.nodes); i++) slow[i] = true;
        // All nodes fetch at once, and share what the driver sends.
        double ofDriver = Math.min(call.nodeBandwidth, call.driverBandwidth / call.nodes);
        double ready = call.perCall + opening(call.shared ? call.nodeBandwidth : ofDriver);
        for (int node = 0; node < call.nodes; node++) {
            at(ready, Kind.READY, node);
            plan(node, 0);
        }
        double now = 0;
        while (finished < call.tasks) {
            Event event = events.remove();
            now = event.time;
            switch (event.kind) {
                case READY -> {
                    if (event.attempt == attempt[event.node] && taskOf[event.node] < 0) start(event.node, now);
                }
                case DONE -> {
                    if (event.attempt == attempt[event.node]) end(event.node, now);
                }
                case LOST -> lose(event.node, now);
            }
        }
        for (int node = 0; node < call.nodes; node++) {
            if (taskOf[node] >= 0) giveUp(node, now);
        }
        return new Result(now, busy, wasted, driverBusy, losses, copies);
    }

    /** Until a node has the model. */
    private double opening(double bandwidth) {
        return call.weights > 0 ? call.weights / bandwidth + call.openSeconds : 0;
    }

    private void at(double time, Kind kind, int node) {
        events.add(new Event(time, order++, kind, node, attempt[node]));
    }

    private void plan(int node, double now) {
        if (call.lossesPerHour > 0)
            at(now - Math.log(1 - random.nextDouble()) * 3600 / call.lossesPerHour, Kind.LOST, node);
    }

    private void start(int node, double now) {
        Integer task = next(now);
        idle[node] = task == null;
        if (task == null) {
            // A running task may become slow enough for a copy.
            if (call.speculation > 0) at(now + call.taskSeconds / 10, Kind.READY, node);
            return;
        }
        // The driver starts one task at a time.
        driverFree = Math.max(driverFree, now) + call.driverPerTask;
        driverBusy += call.driverPerTask;
        taskOf[node] = task;
        running[task]++;
        startedAt[node] = driverFree;
        double seconds = call.taskSeconds
                * (slow[node] ? call.slowFactor : 1)
                * Math.exp(call.spread * gaussian() - call.spread * call.spread / 2);
        at(driverFree + seconds, Kind.DONE, node);
    }

    private Integer next(double now) {
        while (!waiting.isEmpty()) {
            int task = waiting.poll();
            if (!done[task]) return task;
        }
        if (call.speculation == 0 || finished < call.speculationQuantile * call.tasks) return null;
        if (median == 0) {
            double[] known = Arrays.copyOf(durations, finished);
            Arrays.sort(known);
            median = known[finished / 2];
        }
        double limit = call.speculation * median;
        int oldest = -1;
        for (int other = 0; other < call.nodes; other++) {
            int task = taskOf[other];
            if (task >= 0 && running[task] == 1 && now - startedAt[other] > limit
                    && (oldest < 0 || startedAt[other] < startedAt[oldest])) oldest = other;
        }
        if (oldest < 0) return null;
        copies++;
        return taskOf[oldest];
    }

    private void end(int node, double now) {
        int task = taskOf[node];
        double seconds = now - startedAt[node];
        busy += seconds;
        leave(node);
        if (done[task]) wasted += seconds;
        else {
            done[task] = true;
            durations[finished++] = seconds;
            cancelOthers(task, now);
        }
        start(node, now);
        wakeIdle(now);
    }

    private void cancelOthers(int task, double now) {
        for (int other = 0; running[task] > 0 && other < call.nodes; other++) {
            if (taskOf[other] != task) continue;
            giveUp(other, now);
            at(now, Kind.READY, other);
        }
    }

    /** Ends an attempt for nothing. A task that the driver has not started yet has cost nothing. */
    private void giveUp(int node, double now) {
        double seconds = Math.max(0, now - startedAt[node]);
        busy += seconds;
        wasted += seconds;
        leave(node);
    }

    private void leave(int node) {
        running[taskOf[node]]--;
        taskOf[node] = -1;
        attempt[node]++;
    }

    private void lose(int node, double now) {
        losses++;
        if (taskOf[node] >= 0) {
            int task = taskOf[node];
            giveUp(node, now);
            if (running[task] == 0 && !done[task]) waiting.addFirst(task);
        } else attempt[node]++;
        idle[node] = false;
        double back = now + call.restartSeconds + opening(call.nodeBandwidth);
        at(back, Kind.READY, node);
        plan(node, back);
        wakeIdle(now);
    }

    /** Nodes without work look again: a task may have been lost. */
    private void wakeIdle(double now) {
        for (int node = 0; node < call.nodes; node++) {
            if (idle[node] && taskOf[node] < 0) start(node, now);
        }
    }

    private double gaussian() {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    // What was measured for a node; docs/scale.md says where. Tokens per second of a model of 135 million parameters.
    private static final double SCORING = 1_584;
    private static final double SAMPLING = 1_092;
    private static final double TRAINING = 438;
    private static final double ROLLOUT_TOKENS = 256;
    /** Tokens of a part of a dataset: 16 blocks of 256 KiB, at four bytes for a token. */
    private static final double PART_TOKENS = 1 << 20;
    /** Bytes per second at which one executor reads a corpus before it is scored. */
    private static final double READING = 200e6;
    private static final int[] NODES = {8, 64, 512};

    private static Call cluster(int nodes) {
        Call call = new Call();
        call.nodes = nodes;
        call.weights = 270e6;
        return call;
    }

    private static void scoring() {
        System.out.println("| corpus, tokens | nodes | ideal, hours | first reading | scoring | with speculation"
                + " | node hours |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|");
        for (double tokens : new double[] {1e9, 100e9}) {
            for (int nodes : NODES) {
                Call call = cluster(nodes);
                call.tasks = (int) (tokens / PART_TOKENS);
                call.taskSeconds = PART_TOKENS / SCORING;
                double reading = 4 * tokens / READING;
                Result plain = simulate(call);
                call.speculation = 1.5;
                Result copied = simulate(call);
                System.out.printf(Locale.ROOT, "| %.0f billion | %d | %.2f | %.2f | %.2f | %.2f | %,.0f |%n",
                        tokens / 1e9, nodes, tokens / SCORING / nodes / 3600, reading / 3600, plain.seconds / 3600,
                        copied.seconds / 3600, (reading + copied.seconds) / 3600 * nodes);
            }
        }
    }

    private static void rollouts() {
        System.out.println("| prompts of a step | nodes | sampling, s | update on the driver, s | update on the nodes, s"
                + " | 1 M rollouts, hours | with gradients on the nodes |");
        System.out.println("|---:|---:|---:|---:|---:|---:|---:|");
        for (int prompts : new int[] {64, 512}) {
            for (int nodes : NODES) {
                Call call = cluster(nodes);
                // One prompt, a group of 8, per task.
                call.tasks = prompts;
                call.taskSeconds = 8 * ROLLOUT_TOKENS / SAMPLING;
                call.speculation = 1.5;
                call.weights = 4e6; // the adapter of a step
                call.openSeconds = 0.1;
                double sampling = simulate(call).seconds;
                double alone = prompts * 8 * ROLLOUT_TOKENS / TRAINING;
                call.taskSeconds = 8 * ROLLOUT_TOKENS / TRAINING;
                double shared = simulate(call).seconds;
                double steps = 1e6 / (prompts * 8);
                System.out.printf(Locale.ROOT, "| %d | %d | %.1f | %.0f | %.1f | %.1f | %.1f |%n", prompts, nodes,
                        sampling, alone, shared, steps * (sampling + alone) / 3600, steps * (sampling + shared) / 3600);
            }
        }
    }

    private static void driver() {
        System.out.println("| seconds of a task | 8 nodes | 64 | 512 | 4,096 |");
        System.out.println("|---:|---:|---:|---:|---:|");
        for (double seconds : new double[] {0.2, 2, 20, 200}) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "| %s |", seconds));
            for (int nodes : new int[] {8, 64, 512, 4096}) {
                Call call = new Call();
                call.nodes = nodes;
                call.tasks = nodes * 20;
                call.taskSeconds = seconds;
                call.slowNodes = 0;
                call.lossesPerHour = 0;
                call.spread = 0;
                Result result = simulate(call);
                line.append(String.format(Locale.ROOT, " %.0f %% |", 100 * result.efficiency(call)));
            }
            System.out.println(line);
        }
    }

    private static void weights() {
        System.out.println("| weights | nodes | from the driver, s | from a shared directory, s |");
        System.out.println("|---|---:|---:|---:|");
        for (double gigabytes : new double[] {0.004, 0.27, 3, 16}) {
            for (int nodes : NODES) {
                Call call = new Call();
                double driver = gigabytes * 1e9 * nodes / call.driverBandwidth;
                System.out.printf(Locale.ROOT, "| %s GB | %d | %.1f | %.1f |%n", gigabytes, nodes,
                        Math.max(driver, gigabytes * 1e9 / call.nodeBandwidth), gigabytes * 1e9 / call.nodeBandwidth);
            }
        }
    }

    public static void main(String[] arguments) {
        if (arguments.length == 0) {
            scoring();
            System.out.println();
            rollouts();
            System.out.println();
            driver();
            System.out.println();
            weights();
            return;
        }
        Call call = new Call();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) throw new IllegalArgumentException("\"" + argument + "\" is not NAME=VALUE");
            call.set(argument.substring(0, equals), argument.substring(equals + 1));
        }
        Result result = simulate(call);
        System.out.printf(Locale.ROOT, "seconds=%.3f efficiency=%.3f driver-busy=%.3f wasted=%.3f losses=%d copies=%d%n",
                result.seconds, result.efficiency(call), result.driver / result.seconds, result.wasted, result.losses,
                result.copies);
    }
}
