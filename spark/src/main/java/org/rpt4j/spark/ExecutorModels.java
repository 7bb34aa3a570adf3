package org.rpt4j.spark;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.OperationCancelledException;

/**
 * The models that are open in this JVM, an executor's: one of each, whatever number of tasks uses it. A model is closed
 * when its owner has other weights, when the driver closed it, or when it was idle for long.
 *
 * <p>One lock holds for everything, so that a model is never closed under a call, and two calls never share the
 * processors and the memory that are there for one.
 */
final class ExecutorModels {

    /** A held model. */
    private static final class Held {
        private final ExecutorModel model;
        private long lastUsed;

        private Held(ExecutorModel model) {
            this.model = model;
        }
    }

    /** The models of this JVM. */
    static final ExecutorModels HERE = new ExecutorModels();

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Map<RemoteModel, Held> held = new HashMap<>();
    private @Nullable ExecutorFiles files;
    private @Nullable Thread evictor;
    private long newestCall = -1;

    ExecutorModels() {}

    /**
     * Answers a chunk of items.
     *
     * @throws org.rpt4j.api.error.RptException if the model cannot be opened or the call fails
     */
    Computed answer(Call call, WireReader items) {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("the task was cancelled while another used the model", e);
        }
        try {
            closeDead(call);
            long fetchedBefore = fetchedBytes();
            Held current = held.get(call.model());
            if (current == null) {
                current = open(call.model());
            }
            long start = System.nanoTime();
            WireWriter answers = new WireWriter();
            try {
                call.operation().answer(current.model, items, answers);
            } finally {
                current.lastUsed = System.nanoTime();
            }
            startEvictor(call.idleSeconds());
            return new Computed(
                    current.model.fingerprint(),
                    System.nanoTime() - start,
                    fetchedBytes() - fetchedBefore,
                    answers.bytes());
        } finally {
            lock.unlock();
        }
    }

    private long fetchedBytes() {
        return files == null ? 0 : files.fetchedBytes();
    }

    private Held open(RemoteModel model) {
        // The replaced weights go first: there may be no memory for both.
        closeIf(other -> other.owner().equals(model.owner()));
        if (files == null) {
            files = new ExecutorFiles(ExecutorFiles.newRoot());
        }
        ModelSource source = files.fetch(model);
        files.keepOnly(with(model));
        Held opened = new Held(ExecutorModel.open(model, source));
        held.put(model, opened);
        return opened;
    }

    private Collection<RemoteModel> with(RemoteModel model) {
        Set<RemoteModel> all = new HashSet<>(held.keySet());
        all.add(model);
        return all;
    }

    /** A late call does not know the models that were opened after it. */
    private void closeDead(Call call) {
        if (call.number() > newestCall) {
            newestCall = call.number();
            closeIf(model -> !call.owners().contains(model.owner()));
        }
    }

    private void closeIf(Predicate<RemoteModel> condition) {
        held.entrySet().removeIf(entry -> {
            boolean ends = condition.test(entry.getKey());
            if (ends) {
                entry.getValue().model.close();
            }
            return ends;
        });
    }

    /** Closes the models of an owner: on a driver that computes itself, nobody else would. */
    void close(String owner) {
        lock.lock();
        try {
            closeIf(model -> model.owner().equals(owner));
            keepFiles();
        } finally {
            lock.unlock();
        }
    }

    /** Number of open models. */
    int count() {
        lock.lock();
        try {
            return held.size();
        } finally {
            lock.unlock();
        }
    }

    private void startEvictor(int idleSeconds) {
        if (evictor == null || !evictor.isAlive()) {
            Thread thread = new Thread(() -> evict(TimeUnit.SECONDS.toNanos(idleSeconds)), "rpt4j-idle-models");
            thread.setDaemon(true);
            thread.start();
            evictor = thread;
        }
    }

    /** Ends with the last model. */
    private void evict(long idleNanos) {
        while (true) {
            try {
                TimeUnit.NANOSECONDS.sleep(Math.max(TimeUnit.MILLISECONDS.toNanos(10), idleNanos / 4));
            } catch (InterruptedException e) {
                return;
            }
            if (lock.tryLock()) {
                try {
                    closeIdle(idleNanos);
                    if (held.isEmpty()) {
                        evictor = null;
                        return;
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    private void closeIdle(long idleNanos) {
        long now = System.nanoTime();
        closeIf(model -> now - lastUsed(model) >= idleNanos);
        keepFiles();
    }

    private long lastUsed(RemoteModel model) {
        return Objects.requireNonNull(held.get(model)).lastUsed;
    }

    private void keepFiles() {
        if (files != null) {
            files.keepOnly(held.keySet());
        }
    }
}
