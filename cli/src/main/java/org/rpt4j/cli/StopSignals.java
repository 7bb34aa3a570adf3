package org.rpt4j.cli;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import picocli.CommandLine.ExitCode;

/**
 * What SIGINT, SIGTERM and SIGHUP do to a command: the first interrupts it, so that it saves what it has and says how to
 * go on; the second ends the process at once. A program may do this; a library never installs a handler.
 *
 * <p>The JDK has no supported API for signals. A shutdown hook is told of them too, but it runs beside the hooks of the
 * engines, which delete their files while the command still computes, and the second signal would only wait for it.
 * {@code sun.misc.Signal} of the module {@code jdk.unsupported} does what is needed. The compiler warns of it on every
 * use, which this build treats as an error, so it is called by reflection. Where it is missing, or a signal is taken (by
 * {@code -Xrs}, or SIGHUP by {@code nohup}), the signal does what it does to any Java program.
 */
public final class StopSignals {

    /** A shell reports a program that ended by a signal as this much more than the number of the signal. */
    private static final int ENDED_BY_SIGNAL = 128;

    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private final Thread worker;
    private final PrintWriter err;
    private final IntConsumer halt;
    private final AtomicInteger exitCode = new AtomicInteger();

    StopSignals(Thread worker, PrintWriter err, IntConsumer halt) {
        this.worker = worker;
        this.err = err;
        this.halt = halt;
    }

    /** From now on, signals interrupt the calling thread. */
    public static StopSignals interruptThisThread(PrintWriter err) {
        StopSignals signals = new StopSignals(Thread.currentThread(), err, Runtime.getRuntime()::halt);
        NAMES.forEach(signals::handle);
        return signals;
    }

    /**
     * The exit code of the command: 128 and the number of the signal, if it was stopped by one.
     *
     * @param code its exit code without signals; one that finished in spite of a signal is done
     */
    public int exitCode(int code) {
        return code == ExitCode.OK || exitCode.get() == 0 ? code : exitCode.get();
    }

    /** A signal has arrived. */
    void received(String name, int number) {
        if (!exitCode.compareAndSet(0, ENDED_BY_SIGNAL + number)) {
            halt.accept(ENDED_BY_SIGNAL + number);
            return;
        }
        err.println("rpt4j: SIG" + name + " received, saving and stopping. A second signal ends it at once.");
        err.flush();
        worker.interrupt();
    }

    private void handle(String name) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object signal = type.getConstructor(String.class).newInstance(name);
            int number = (int) type.getMethod("getNumber").invoke(signal);
            InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    received(name, number);
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "stops the command on SIG" + name;
            };
            Object stopping = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, call);
            type.getMethod("handle", type, handler).invoke(null, signal, stopping);
        } catch (InvocationTargetException e) {
            // This platform has no such signal, or the JVM was told to leave it alone: it keeps its meaning.
            if (!(e.getCause() instanceof IllegalArgumentException)) {
                throw new IllegalStateException("cannot handle SIG" + name, e);
            }
        } catch (ClassNotFoundException e) {
            return; // a runtime image without jdk.unsupported
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIG" + name, e);
        }
    }
}
