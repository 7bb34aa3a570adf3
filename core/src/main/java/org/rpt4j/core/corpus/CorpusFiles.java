package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.rpt4j.api.error.CorpusException;

/** Resolves patterns to the files of a corpus. */
final class CorpusFiles {

    /** The folders before the first part with a wildcard, and the rest. */
    private static final Pattern GLOB = Pattern.compile("((?:[^*?\\[{]*/)?)([^/]*[*?\\[{].*)");

    private CorpusFiles() {}

    static List<CorpusFile> find(List<String> patterns) {
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException("patterns is empty; name at least one file");
        }
        List<CorpusFile> files = new ArrayList<>();
        for (String pattern : patterns) {
            Matcher glob = GLOB.matcher(pattern);
            if (glob.matches() && !exists(pattern)) {
                files.addAll(matching(pattern, Path.of(glob.group(1)), glob.group(2)));
            } else {
                Path file = Path.of(pattern);
                files.add(new CorpusFile(file, String.valueOf(file.getFileName())));
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

    private static List<CorpusFile> matching(String pattern, Path root, String glob) {
        PathMatcher matcher = matcher(pattern, glob);
        int depth = glob.contains("**")
                ? Integer.MAX_VALUE
                : (int) glob.chars().filter(c -> c == '/').count() + 1;
        try (Stream<Path> tree = Files.walk(root, depth, FileVisitOption.FOLLOW_LINKS)) {
            List<CorpusFile> files = tree.peek(path -> Interruption.check(root))
                    .filter(path -> matcher.matches(root.relativize(path)))
                    .filter(Files::isRegularFile)
                    .map(path -> new CorpusFile(
                            path, root.relativize(path).toString().replace('\\', '/')))
                    .sorted(Comparator.comparing(CorpusFile::name))
                    .toList();
            if (files.isEmpty()) {
                throw new CorpusException("Corpus pattern " + pattern + " matches no file below "
                        + "" + root.toAbsolutePath()
                        + ". Check the path.");
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw new CorpusException("Corpus pattern " + pattern + " cannot be searched: " + e, e);
        }
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
        Map<Path, CorpusFile> paths = new HashMap<>();
        for (CorpusFile file : files) {
            CorpusFile sameFile = paths.putIfAbsent(real(file), file);
            if (sameFile != null) {
                throw new CorpusException("Corpus file " + file.path() + " is listed twice. List every file once.");
            }
            CorpusFile sameName = names.putIfAbsent(file.name(), file);
            if (sameName != null) {
                throw new CorpusException("Corpus files " + sameName.path() + " and " + file.path()
                        + " would both have documents " + file.id(1) + ". Use one pattern that starts at a folder "
                        + "above both, so that the ids contain the folder names, or rename one.");
            }
        }
    }

    private static Path real(CorpusFile file) {
        try {
            return file.path().toRealPath();
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file.path() + " cannot be opened: " + e, e);
        }
    }
}
