package org.rpt4j.run.resume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.Printable;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run, a folder for each. One process at a time writes to it; see {@link
 * org.rpt4j.run.directory.RunLock}. The order of checkpoints is that of their steps, never of time.
 *
 * @since 0.1.0
 */
public final class CheckpointStore {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final Pattern NAME = Pattern.compile("step-(\\d{9,18})");
    private static final Pattern UNFINISHED = Pattern.compile("\\.step-\\d{9,18}\\..*\\.tmp");

    private static final String PREVIOUS = ".previous";

    private final Path directory;
    /** The checkpoint of the best validation, of those that were saved; -1 for none. */
    private long best = -1;

    /** A store, whose directory need not be there yet. */
    public CheckpointStore(Path directory) {
        this.directory = directory;
    }

    /** The steps to continue with of all checkpoints, ascending; none if there is no directory. */
    public List<Long> steps() {
        return List.copyOf(folders().keySet());
    }

    /**
     * Whether there is no checkpoint: neither whole nor damaged, nor one whose replacement a crash interrupted, which
     * {@link #recover} brings back.
     */
    public boolean isEmpty() {
        return folders().isEmpty()
                && (!Files.isDirectory(directory)
                        || list().stream()
                                .noneMatch(path -> isPrevious(path.getFileName().toString())));
    }

    private static boolean isPrevious(String name) {
        return name.startsWith(".step-") && name.endsWith(PREVIOUS);
    }

    /**
     * The latest checkpoint that is whole. A damaged one is skipped with a warning that says why.
     *
     * @throws CheckpointException if there are checkpoints and none is whole
     */
    public Optional<SavedCheckpoint> latest() {
        List<Path> folders = new ArrayList<>(folders().values());
        List<String> damaged = new ArrayList<>();
        for (int i = folders.size() - 1; i >= 0; i--) {
            try {
                return Optional.of(open(folders.get(i)));
            } catch (CheckpointException e) {
                LOG.warn("Skipping checkpoint {}: {}", folders.get(i).getFileName(), Printable.line(e.getMessage()));
                damaged.add(e.getMessage());
            }
        }
        if (!damaged.isEmpty()) {
            throw new CheckpointException("Every checkpoint in " + directory + " is damaged: "
                    + String.join("; ", damaged) + ". Restore one from a copy, or start a new run.");
        }
        return Optional.empty();
    }

    /** A copy under the name of another step would be taken for what the run had come to. */
    private SavedCheckpoint open(Path folder) {
        SavedCheckpoint saved = SavedCheckpoint.open(folder);
        long step = saved.manifest().nextStep();
        if (!folder(step).getFileName().equals(folder.getFileName())) {
            throw new CheckpointException(folder + " is the checkpoint before step " + step + " under another name");
        }
        return saved;
    }

    /** The folder of a step's checkpoint, there or not. */
    public Path folder(long nextStep) {
        return directory.resolve(String.format(Locale.ROOT, "step-%09d", nextStep));
    }

    /**
     * Writes a checkpoint, whole or not at all.
     *
     * @param content fills a new folder
     * @throws CheckpointException if it cannot be written; all others are then unchanged
     */
    void write(long nextStep, AtomicFiles.IOConsumer<Path> content) {
        if (Files.isSymbolicLink(directory)) {
            throw new CheckpointException(directory + " is a symbolic link, which is not followed for writing. Replace"
                    + " it with the folder itself, or start the run in a directory on the other disk.");
        }
        if (Files.isSymbolicLink(folder(nextStep))) {
            remove(folder(nextStep)); // the link alone; what it leads to stays
        }
        try {
            AtomicFiles.replaceDirectory(folder(nextStep), folder -> {
                content.accept(folder);
                Checksums.write(folder);
            });
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    /**
     * Removes all but these.
     *
     * @throws CheckpointException if one cannot be removed
     */
    public void keep(Set<Long> steps) {
        folders().forEach((step, folder) -> {
            if (!steps.contains(step)) {
                remove(folder);
            }
        });
    }

    /**
     * Removes what need not stay when a checkpoint was just written.
     *
     * @param bestStep the step that validated best; -1 if none did
     * @throws CheckpointException if one cannot be removed
     */
    void removeOld(long written, Retention retention, long bestStep, Set<Long> pinned) {
        rememberBest(bestStep);
        keep(retained(written, retention, pinned));
    }

    /** While the checkpoint of the best step is not there, because it could not be saved, the best before it counts. */
    private void rememberBest(long bestStep) {
        if (bestStep >= 0 && steps().contains(bestStep + 1)) {
            best = bestStep + 1;
        }
    }

    /**
     * The steps to keep when one was just written; changes nothing. Checkpoints of later steps are damaged ones that a
     * resume skipped: they stay until the run reaches them, and do not count.
     */
    Set<Long> retained(long written, Retention retention, Set<Long> pinned) {
        Map<Boolean, List<Long>> later = steps().stream().collect(Collectors.partitioningBy(step -> step > written));
        List<Long> steps = later.getOrDefault(false, List.of());
        Set<Long> kept = new HashSet<>(pinned);
        kept.addAll(later.getOrDefault(true, List.of()));
        kept.addAll(steps.subList(Math.max(0, steps.size() - retention.last()), steps.size()));
        if (retention.best() && best >= 0) {
            kept.add(best);
        }
        return kept;
    }

    /**
     * Clears up after a process that was killed: removes folders that were never finished, and finishes replacements.
     * Only for the one process that writes.
     *
     * @throws CheckpointException if something cannot be removed
     */
    public void recover() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        for (Path path : list()) {
            String name = path.getFileName().toString();
            if (UNFINISHED.matcher(name).matches()) {
                remove(path);
            } else if (isPrevious(name)) {
                finishReplacement(directory.resolve(name.substring(1, name.length() - PREVIOUS.length())));
            }
        }
    }

    private static void finishReplacement(Path folder) {
        try {
            AtomicFiles.recover(folder);
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    private Map<Long, Path> folders() {
        Map<Long, Path> folders = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            for (Path path : list()) {
                Matcher name = NAME.matcher(path.getFileName().toString());
                if (name.matches() && Files.isDirectory(path)) {
                    folders.put(Long.parseLong(name.group(1)), path);
                }
            }
        }
        return folders;
    }

    private List<Path> list() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (IOException e) {
            throw new CheckpointException("cannot list " + directory + ": " + e, e);
        }
    }

    /** A folder loses its name first, so that one that is half removed is not taken for a damaged checkpoint. */
    private void remove(Path folder) {
        try {
            Path doomed = folder;
            if (NAME.matcher(folder.getFileName().toString()).matches()) {
                doomed = directory.resolve("." + folder.getFileName() + ".removed.tmp");
                Files.move(folder, doomed);
            }
            try (Stream<Path> tree = Files.walk(doomed)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot remove " + folder + ": " + e, e);
        }
    }
}
