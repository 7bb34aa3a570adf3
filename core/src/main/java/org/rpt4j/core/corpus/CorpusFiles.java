package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Resolves patterns to the files of a corpus. */
final class CorpusFiles {

    /** The folders before the first part with a wildcard, and the rest. */
    private static final Pattern GLOB = Pattern.compile("((?:[^*?\\[{]*/)?)([^/]*[*?\\[{].*)");

    private CorpusFiles() {}

    static List<CorpusFile> find(List<String> patterns, @Nullable Path root) {
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("patterns is empty; name at least one file");
        }
        List<CorpusFile> files = new ArrayList<>();
        for (String given : patterns) {
            Optional<CorpusStorage> storage = exists(given) ? Optional.empty() : FilePath.storage(given);
            String pattern = FilePath.local(given);
            Matcher glob = GLOB.matcher(pattern);
            if (storage.isPresent()) {
                files.addAll(stored(storage.get(), pattern, glob, root));
            } else if (glob.matches() && !exists(pattern)) {
                files.addAll(matching(pattern, path(glob.group(1)), glob.group(2), root));
            } else {
                files.add(CorpusFile.of(path(pattern), root));
            }
        }
        requireDistinct(files);
        return List.copyOf(files);
    }

    /** A file name may contain wildcard characters, and not every system allows such a path. */
    private static boolean exists(String name) {
        try {
            return Files.exists(Path.of(name));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CorpusException(
                    "Corpus " + text + " is not a path here: " + e.getReason() + ". " + FileNames.advice(), e);
        }
    }

    private static List<CorpusFile> stored(CorpusStorage storage, String pattern, Matcher glob, @Nullable Path root) {
        try {
            if (storage.isFile(pattern)) {
                return List.of(stored(storage, pattern, root));
            }
            if (!glob.matches()) {
                throw new CorpusException("Corpus " + pattern + " does not exist, or is no file. Check the path. For"
                        + " the files of a folder name a pattern, such as " + pattern + "/*.jsonl.");
            }
            String folder = glob.group(1);
            PathMatcher matcher = matcher(pattern, FileNames.composed(glob.group(2)));
            List<CorpusFile> files = storage.list(folder, depth(glob.group(2))).stream()
                    .filter(below -> matcher.matches(path(FileNames.composed(below))))
                    .sorted(Comparator.comparing(FileNames::composed))
                    .map(below -> stored(storage, folder + below, root))
                    .toList();
            if (files.isEmpty()) {
                throw new CorpusException(
                        "Corpus pattern " + pattern + " matches no file below " + folder + ". Check the path.");
            }
            return files;
        } catch (IOException e) {
            throw new CorpusException("Corpus " + pattern + " cannot be searched: " + e, e);
        }
    }

    private static CorpusFile stored(CorpusStorage storage, String path, @Nullable Path root) {
        return new CorpusFile(new FilePath.Stored(storage, path), FileNames.ofStored(path, root));
    }

    /** Of folders in which a pattern may find something. */
    private static int depth(String glob) {
        return glob.contains("**")
                ? Integer.MAX_VALUE
                : (int) glob.chars().filter(c -> c == '/').count() + 1;
    }

    /** The files that match, in the order of their paths below the folder. */
    private static List<CorpusFile> matching(String pattern, Path folder, String glob, @Nullable Path root) {
        PathMatcher matcher = matcher(pattern, FileNames.composed(glob));
        try (Stream<Path> tree = Files.walk(folder, depth(glob), FileVisitOption.FOLLOW_LINKS)) {
            List<CorpusFile> files = tree.peek(file -> Interruption.check(folder))
                    .filter(file -> matches(pattern, matcher, file, folder.relativize(file)))
                    .sorted(Comparator.comparing(file -> FileNames.inOrder(folder.relativize(file))))
                    .map(file -> CorpusFile.of(file, root))
                    .toList();
            if (files.isEmpty()) {
                throw new CorpusException("Corpus pattern " + pattern + " matches no file below "
                        + folder.toAbsolutePath() + ". Check the path.");
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new CorpusException("Corpus pattern " + pattern + " cannot be searched: " + e, e);
        }
    }

    /** Whether a file matches, which must not depend on the locale. */
    private static boolean matches(String pattern, PathMatcher matcher, Path file, Path below) {
        if (!FileNames.isShownAsIs(below)) {
            throw new CorpusException("Corpus pattern " + pattern + " cannot be compared with the file name " + file
                    + ". " + FileNames.advice());
        }
        String name = FileNames.stored(below);
        return matcher.matches(name == null ? below : Path.of(name)) && Files.isRegularFile(file);
    }

    private static PathMatcher matcher(String pattern, String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new CorpusException("Corpus pattern " + pattern + " is malformed: " + e.getMessage(), e);
        }
    }

    private static void requireDistinct(List<CorpusFile> files) {
        Map<String, CorpusFile> names = new HashMap<>();
        Map<Object, CorpusFile> paths = new HashMap<>();
        for (CorpusFile file : files) {
            CorpusFile sameFile = paths.putIfAbsent(real(file), file);
            if (sameFile != null) {
                throw new CorpusException("Corpus file " + file.path() + " is listed twice. List every file once.");
            }
            CorpusFile sameName = names.putIfAbsent(file.name(), file);
            if (sameName != null) {
                throw new CorpusException("Corpus files " + sameName.path() + " and " + file.path()
                        + " would both have documents " + file.id(1)
                        + ". Set corpus.root to a folder above both, so that"
                        + " the ids contain the folder names, or rename one.");
            }
        }
    }

    /** Equal for equal files. */
    private static Object real(CorpusFile file) {
        try {
            return file.path() instanceof FilePath.Local local
                    ? local.path().toRealPath()
                    : file.path().toString();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file.path() + " cannot be opened: " + e, e);
        }
    }
}
