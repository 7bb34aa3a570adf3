package org.rpt4j.core.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/**
 * File names that are the same on every machine. Java reads names in the encoding of the locale, so the text of a
 * {@link Path} depends on it; here the bytes on the disk are read as UTF-8. Systems differ in the form of accented
 * letters, too; here all are composed (NFC).
 */
final class FileNames {

    private static final int HEXADECIMAL = 16;

    private FileNames() {}

    /**
     * The name that the ids of a file's documents begin with: its path below the root, or its own name. A symbolic link
     * counts by its own name.
     *
     * @throws CorpusException if the file is not below the root, or a name is not UTF-8
     */
    static String of(Path file, @Nullable Path root) {
        try {
            Path stored = file.toRealPath(LinkOption.NOFOLLOW_LINKS);
            Path above = root == null ? stored.getParent() : root.toRealPath(LinkOption.NOFOLLOW_LINKS);
            if (above == null || !stored.startsWith(above) || stored.equals(above)) {
                throw new CorpusException("Corpus " + stored + " is not below corpus.root " + above
                        + ", where its ids begin. Set corpus.root to a folder above every file.");
            }
            String name = stored(above.relativize(stored));
            if (name == null) {
                throw new CorpusException("Corpus " + stored + ": its name is not UTF-8, so its documents would have"
                        + " other ids on other machines. Rename it.");
            }
            return name;
        } catch (IOException e) {
            throw new CorpusException("Corpus " + file + " cannot be opened: " + e, e);
        }
    }

    /**
     * The same of a file in a {@link CorpusStorage}, whose names are the same for everyone.
     *
     * @throws CorpusException if the file is not below the root
     */
    static String ofStored(String path, @Nullable Path root) {
        String plain = slashes(path);
        if (root == null) {
            return composed(plain.substring(plain.lastIndexOf('/') + 1));
        }
        String above = slashes(root + "/");
        if (!plain.startsWith(above)) {
            throw new CorpusException("Corpus " + path + " is not below corpus.root " + root
                    + ", where its ids begin. Set corpus.root to a folder above every file.");
        }
        return composed(plain.substring(above.length()));
    }

    /** A {@link Path} with a scheme has lost one of the slashes behind it. */
    private static String slashes(String path) {
        return path.replaceAll("/+", "/");
    }

    /** A relative path as it is stored, with {@code /} between names; null if a name is not UTF-8. */
    static @Nullable String stored(Path relative) {
        List<String> names = new ArrayList<>();
        for (Path element : relative) {
            String name = name(element);
            if (name == null) {
                return null;
            }
            names.add(name);
        }
        return String.join("/", names);
    }

    /** A text that orders relative paths. */
    static String inOrder(Path relative) {
        String stored = stored(relative);
        return stored == null ? relative.toString() : stored;
    }

    /** Whether Java shows a name as it is, so that patterns match it as they do elsewhere. */
    static boolean isShownAsIs(Path path) {
        for (Path element : path) {
            String name = name(element);
            if (name != null && !name.equals(composed(element.toString()))) {
                return false;
            }
        }
        return true;
    }

    /** The composed form of a text. */
    static String composed(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** What to do if Java cannot represent a file name. */
    static String advice() {
        return "This Java reads file names as " + System.getProperty("sun.jnu.encoding")
                + ", as the locale says. Set a UTF-8 locale, such as LC_ALL=C.UTF-8, and start again.";
    }

    private static @Nullable String name(Path element) {
        String shown = element.toString();
        boolean plain = shown.chars().allMatch(c -> c < 0x80);
        if (plain || element.getFileSystem() != FileSystems.getDefault()) {
            return composed(shown);
        }
        String encoded = element.toUri().getRawPath();
        int end = encoded.endsWith("/") ? encoded.length() - 1 : encoded.length();
        try {
            return composed(Line.decode(bytes(encoded.substring(encoded.lastIndexOf('/', end - 1) + 1, end))));
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The bytes of a name in a URI, which holds those of the disk whatever the locale. */
    private static byte[] bytes(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, HEXADECIMAL));
                i += 2;
            } else {
                bytes.writeBytes(encoded.substring(i, i + 1).getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
