package org.rpt4j.run.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CheckpointException;

class CheckpointStoreTest {

    @TempDir
    private Path folder;

    private CheckpointStore store;

    @BeforeEach
    void openStore() {
        store = new CheckpointStore(folder.resolve("checkpoints"));
    }

    private void write(long step) {
        store.write(step, to -> {
            Files.createDirectory(to.resolve("model"));
            Files.writeString(to.resolve("model/weights"), "weights of " + step);
            new CheckpointManifest(
                            CheckpointManifest.FORMAT,
                            CheckpointManifest.VERSION,
                            "now",
                            step,
                            Map.of("seed", IdentityValue.of("3")))
                    .write(to.resolve(SavedCheckpoint.MANIFEST));
        });
    }

    private String latestOfDamaged() {
        return assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(store::latest)
                .actual()
                .getMessage();
    }

    @Test
    void anEmptyStoreHasNoLatest() {
        assertThat(store.latest()).isEmpty();
        assertThat(store.steps()).isEmpty();
        store.recover();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theLatestIsThatOfTheLastStepWhateverTheClockSaid() throws IOException {
        write(1_000_000_000_0L);
        write(20);
        write(3);
        Files.setLastModifiedTime(store.folder(3), FileTime.from(Instant.parse("2090-01-01T00:00:00Z")));
        assertThat(store.steps()).containsExactly(3L, 20L, 10_000_000_000L);
        SavedCheckpoint latest = store.latest().orElseThrow();
        assertThat(latest.manifest().nextStep()).isEqualTo(10_000_000_000L);
        assertThat(latest.manifest().identity()).containsEntry("seed", IdentityValue.of("3"));
        assertThat(latest.model().resolve("weights")).hasContent("weights of 10000000000");
    }

    @Test
    void aDamagedOneIsPassedOverForTheOneBefore() throws IOException {
        write(1);
        write(2);
        Files.writeString(store.folder(2).resolve("model/weights"), "weights of 3");
        assertThat(store.latest().orElseThrow().manifest().nextStep()).isEqualTo(1);
        Files.delete(store.folder(1).resolve("model/weights"));
        assertThat(latestOfDamaged()).contains("Every checkpoint in ", "weights is damaged", "has 2 lines");
    }

    @Test
    void everyByteIsCovered() throws IOException {
        write(1);
        for (String name : new String[] {"manifest.json", "SHA256SUMS", "model/weights"}) {
            Path file = store.folder(1).resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at++) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 4;
                Files.write(file, flipped);
                assertThatExceptionOfType(CheckpointException.class)
                        .isThrownBy(() -> SavedCheckpoint.open(store.folder(1)))
                        .withMessageContaining("damaged");
            }
            Files.write(file, whole);
        }
        assertThat(store.latest()).isPresent();
    }

    @Test
    void aFileThatDoesNotBelongThereIsTold() throws IOException {
        write(1);
        Files.writeString(store.folder(1).resolve("letter"), "dear");
        assertThat(latestOfDamaged()).contains("letter").contains("has 2 lines");
    }

    @Test
    void anotherVersionOrFormatIsRefusedByName() throws IOException {
        for (String[] change : new String[][] {
            {"\"version\" : 2", "\"version\" : 3", "version 3", "reads versions 1 to 2"},
            {"rpt4j-checkpoint", "other", "\"format\" is \"other\"", "expected \"rpt4j-checkpoint\""},
            {"\"nextStep\" : 1", "\"nextStep\" : -1", "\"nextStep\" is -1", "between 0 and"},
            {"\"identity\"", "\"name\"", "no checkpoint manifest", "\"identity\" is missing"},
        }) {
            write(1);
            Path file = store.folder(1).resolve(SavedCheckpoint.MANIFEST);
            Files.writeString(file, Files.readString(file).replace(change[0], change[1]));
            Files.delete(store.folder(1).resolve(Checksums.FILE));
            Checksums.write(store.folder(1));
            assertThat(latestOfDamaged()).contains(change[2], change[3]);
        }
    }

    @Test
    void anEndlessManifestIsNotRead() throws IOException {
        Path file = folder.resolve("manifest.json");
        Files.write(file, new byte[(16 << 20) + 1]);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> CheckpointManifest.read(file))
                .withMessageContaining("at most 16777216");
    }

    @Test
    void writingThatFailsLeavesWhatWasThere() throws IOException {
        write(1);
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> store.write(1, to -> {
                    Files.writeString(to.resolve("half"), "half");
                    throw new IOException("No space left on device");
                }))
                .withMessageContaining("No space left");
        assertThat(store.latest().orElseThrow().model().resolve("weights")).hasContent("weights of 1");
        try (Stream<Path> left = Files.list(folder.resolve("checkpoints"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void theLastTheBestAndThePinnedAreKept() {
        for (long step = 10; step <= 60; step += 10) {
            write(step);
        }
        assertThat(store.retained(60, new Retention(2, false), Set.of())).containsExactlyInAnyOrder(50L, 60L);
        assertThat(store.retained(60, new Retention(9, true), Set.of())).hasSize(6);
        store.removeOld(60, new Retention(2, true), 19, Set.of(40L));
        assertThat(store.steps()).containsExactly(20L, 40L, 50L, 60L);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Retention(0, true))
                .withMessageContaining("positive");
    }

    @Test
    void askingWhatIsRetainedChangesNothing() {
        Retention best = new Retention(1, true);
        write(10);
        write(20);
        store.removeOld(20, best, 9, Set.of());

        Set<Long> asked = store.retained(20, best, Set.of());

        assertThat(store.retained(20, best, Set.of())).isEqualTo(asked).containsExactlyInAnyOrder(10L, 20L);
        assertThat(store.steps()).containsExactly(10L, 20L);
    }

    @Test
    void damagedOnesOfLaterStepsDoNotTakeThePlaceOfTheNewOne() throws IOException {
        write(10);
        write(20);
        Files.writeString(store.folder(20).resolve("model/weights"), "damaged");
        long from = store.latest().orElseThrow().manifest().nextStep();
        write(15);
        store.removeOld(15, new Retention(1, false), -1, Set.of(from));
        assertThat(store.latest().orElseThrow().manifest().nextStep()).isEqualTo(15);
        write(20);
        store.removeOld(20, new Retention(1, false), -1, Set.of());
        assertThat(store.steps()).containsExactly(20L);
    }

    @Test
    void theBestThatCouldNotBeSavedDoesNotTakeTheOneBeforeWithIt() {
        Retention best = new Retention(1, true);
        write(10);
        store.removeOld(10, best, 9, Set.of());
        write(20);
        store.removeOld(20, best, 14, Set.of());
        assertThat(store.steps()).containsExactly(10L, 20L);
        write(30);
        store.removeOld(30, best, 29, Set.of());
        assertThat(store.steps()).containsExactly(30L);
    }

    @Test
    void aFolderUnderTheNameOfAnotherStepIsPassedOver() throws IOException {
        write(3);
        write(7);
        Files.move(store.folder(3), store.folder(9));
        assertThat(store.latest().orElseThrow().manifest().nextStep()).isEqualTo(7);
        Files.move(store.folder(7), store.folder(8));
        assertThat(latestOfDamaged()).contains("step-000000009 is the checkpoint before step 3");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
    void aCheckpointThatWasMovedToAnotherDiskBehindALinkIsWhole() throws IOException {
        write(3);
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(store.folder(3), elsewhere);
        Files.createSymbolicLink(store.folder(3), elsewhere);
        assertThat(store.latest().orElseThrow().manifest().nextStep()).isEqualTo(3);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
    void whatALinkLeadsToThatIsNoCheckpointIsNotReplaced() throws IOException {
        write(2);
        Path letters = Files.createDirectory(folder.resolve("letters"));
        Files.writeString(letters.resolve("letter"), "dear");
        Files.createSymbolicLink(store.folder(3), letters);
        assertThat(store.latest().orElseThrow().manifest().nextStep()).isEqualTo(2);
        write(3);
        assertThat(letters.resolve("letter")).hasContent("dear");
        assertThat(store.latest().orElseThrow().manifest().nextStep()).isEqualTo(3);
    }

    @Test
    void whatAKilledProcessLeftIsClearedUp() throws IOException {
        write(1);
        Path home = folder.resolve("checkpoints");
        Files.createDirectories(home.resolve(".step-000000002.a-b.tmp/model"));
        Files.writeString(home.resolve(".step-000000002.a-b.tmp/model/weights"), "ha");
        Files.move(store.folder(1), home.resolve(".step-000000001.previous"));
        Files.createDirectory(home.resolve(".mine.tmp"));

        store.recover();

        assertThat(store.steps()).containsExactly(1L);
        assertThat(home.resolve(".mine.tmp")).exists();
        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void aPartHasAPlainName() {
        for (String name : new String[] {"", ".", "..", "a/b", "../a", "a\\b", ".hidden"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new CheckpointPart(name, () -> new byte[0]))
                    .withMessageContaining("no plain file name");
        }
    }
}
