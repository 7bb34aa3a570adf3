package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verdict on which the soak tests rely does detect a leak of each kind. */
class WatchTest {

    private static final int STEPS = 2000;
    private static final int EVERY = 100;

    private final List<Object> leaked = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);

    @BeforeEach
    void needsAnObservableProcess() {
        assumeTrue(Quantity.observable(), "no /proc on this platform");
    }

    @AfterEach
    void free() throws IOException {
        end.countDown();
        for (Object each : leaked) {
            if (each instanceof InputStream open) {
                open.close();
            }
        }
    }

    /** One KiB per step, in pieces that only a page fault makes resident. */
    @Test
    void memoryOutsideTheHeapIsSeen() {
        Watch watch = repeat(step -> {
            ByteBuffer piece = ByteBuffer.allocateDirect(1100);
            while (piece.hasRemaining()) {
                piece.put((byte) step);
            }
            leaked.add(piece);
        });

        assertThat(watch.growing(Quantity.RESIDENT)).singleElement().asString().startsWith("resident memory grow by");
    }

    @Test
    void reachableObjectsAreSeen() {
        assertThat(repeat(step -> leaked.add(new byte[100])).growing(Quantity.HEAP))
                .hasSize(1);
    }

    @Test
    void openFilesAreSeen() {
        Watch watch = repeat(step -> {
            if (step % 500 == 250) {
                leaked.add(open());
            }
        });

        assertThat(watch.growing(Quantity.HANDLES)).hasSize(1);
    }

    @Test
    void threadsAreSeen() {
        Watch watch = repeat(step -> {
            if (step % 500 == 250) {
                Thread thread = new Thread(this::idle, "left-behind");
                thread.setDaemon(true);
                thread.start();
            }
        });

        assertThat(watch.growing(Quantity.THREADS)).hasSize(1);
    }

    @Test
    void oneForgottenUnitOfTheEngineIsSeen() {
        Watch watch = new Watch("forgetting");
        for (int step = 0; step <= 1000; step += 100) {
            watch.add(new Observation(step, 0, 0, step < 500 ? 40 : 41, 10, 10));
        }

        assertThat(watch.growing()).singleElement().asString().startsWith("engine's own count grow");
    }

    @Test
    void scatterIsNotTakenForALeak() {
        Watch watch = new Watch("breathing");
        for (int step = 0; step <= 2000; step += 20) {
            long breath = (step / 20) % 4 * (100 << 10);
            watch.add(new Observation(step, 5_000_000 + step % 3, 200 << 20 | breath, 40, 10 + step % 2, 12));
        }

        assertThat(watch.growing()).isEmpty();
    }

    @Test
    void aMomentaryCountIsIgnoredAndALastingOneIsSeen() {
        Watch moment = new Watch("moment");
        Watch leak = new Watch("leak");
        for (int step = 0; step < 30; step++) {
            moment.add(new Observation(step, 0, 0, 0, step == 10 ? 60 : 59, 10));
            leak.add(new Observation(step, 0, 0, 0, step < 15 ? 59 : 60, 10));
        }
        assertThat(moment.rise(Quantity.HANDLES)).isZero();
        assertThat(leak.rise(Quantity.HANDLES)).isEqualTo(1);
    }

    private interface Work {
        void step(int step);
    }

    private static Watch repeat(Work work) {
        Watch watch = new Watch("leaking");
        for (int step = 0; step <= STEPS; step++) {
            work.step(step);
            if (step % EVERY == 0) {
                watch.add(Observation.now(step, 0));
            }
        }
        return watch;
    }

    private static InputStream open() {
        try {
            return Files.newInputStream(Path.of("/proc/self/status"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void idle() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
