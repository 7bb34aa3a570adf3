package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibraryDirectoriesTest {

    private static final int PRIVATE = 0077;
    private static final int OTHERS = 0002;

    @TempDir
    private Path directory;

    private final @Nullable String home = System.getProperty("user.home");
    private final @Nullable String temporary = System.getProperty("java.io.tmpdir");
    private int user;

    @BeforeEach
    void needsOwners() throws IOException {
        Integer owner = LibraryDirectories.owner();
        assumeTrue(owner != null, "no POSIX owners here");
        user = owner;
    }

    @AfterEach
    void restore() {
        System.setProperty("user.home", home);
        System.setProperty("java.io.tmpdir", temporary);
        System.clearProperty("DJL_CACHE_DIR");
    }

    private Path planted(String name, String mode) throws IOException {
        Path path = Files.createDirectory(directory.resolve(name));
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    @Test
    void aMissingDirectoryIsCreatedForThisUserAlone() throws IOException {
        Path created = LibraryDirectories.require(directory.resolve("a/b"), PRIVATE, user);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
                .isEqualTo("rwx------");
        assertThat(LibraryDirectories.require(created, PRIVATE, user)).isEqualTo(created);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx---r-x", "rwxrwxrwx"})
    void aPlantedDirectoryThatOthersCanUseIsRefused(String mode) throws IOException {
        Path planted = planted("planted", mode);

        assertThatThrownBy(() -> LibraryDirectories.require(planted, PRIVATE, user))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(planted + " can be used by others: its mode is ");
    }

    @Test
    void aDirectoryOfAnotherUserIsRefused() throws IOException {
        Path planted = planted("planted", "rwx------");

        assertThatThrownBy(() -> LibraryDirectories.require(planted, PRIVATE, user + 1))
                .hasMessageContaining(planted.toString())
                .hasMessageContaining("this process runs as " + (user + 1));
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        Path elsewhere = planted("elsewhere", "rwx------");
        Path link = Files.createSymbolicLink(directory.resolve("link"), elsewhere);

        assertThatThrownBy(() -> LibraryDirectories.require(link, PRIVATE, user))
                .hasMessage(link + " is a symbolic link, not a directory");
        assertThat(LibraryDirectories.require(link, OTHERS, user))
                .as("a link in one's own home")
                .isEqualTo(link);
    }

    @Test
    void aFileInItsPlaceIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> LibraryDirectories.require(file, PRIVATE, user))
                .hasMessage(file + " is not a directory");
    }

    @Test
    void aWayThatEverybodyCanChangeIsRefused() throws IOException {
        Path open = planted("open", "rwxrwxrwx");

        assertThatThrownBy(() -> LibraryDirectories.require(open.resolve("inside"), PRIVATE, user))
                .hasMessageContaining(open + " can be written by everybody");
        Files.setAttribute(open, "unix:mode", 01777, LinkOption.NOFOLLOW_LINKS);
        assertThat(LibraryDirectories.require(open.resolve("inside"), PRIVATE, user))
                .exists();
    }

    @Test
    void djlNeverUsesThePredictablePathOfTheTemporaryDirectory() throws IOException {
        System.setProperty("user.home", directory.resolve("nowhere").toString());
        System.setProperty("java.io.tmpdir", directory.toString());
        Files.createDirectory(directory.resolve(".djl.ai"));

        Path chosen = LibraryDirectories.ofDjl();

        assertThat(chosen).startsWith(directory).isEmptyDirectory();
        assertThat(chosen.getFileName()).hasToString("djl");
        assertThat(System.getProperty("DJL_CACHE_DIR")).isEqualTo(chosen.toString());
    }

    @Test
    void djlRefusesWhatSomebodyPlantedAtItsOwnPath() throws IOException {
        System.setProperty("user.home", directory.resolve("nowhere").toString());
        System.setProperty("java.io.tmpdir", directory.toString());
        Path chosen = LibraryDirectories.ofDjl();
        System.clearProperty("DJL_CACHE_DIR");
        Files.setPosixFilePermissions(chosen, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(LibraryDirectories::ofDjl)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(chosen.toString())
                .hasMessageContaining("DJL_CACHE_DIR");
    }

    @Test
    void aChosenDirectoryThatEverybodyCanWriteIsRefused() throws IOException {
        Path open = planted("open", "rwxrwxrwx");
        System.setProperty("DJL_CACHE_DIR", open.toString());

        assertThatThrownBy(LibraryDirectories::ofDjl).hasMessageContaining(open.toString());
    }

    @Test
    void aTemporaryDirectoryBelongsToThisUserAlone() throws IOException {
        Path first = LibraryDirectories.newTemporary("rpt4j-test-");
        Path second = LibraryDirectories.newTemporary("rpt4j-test-");

        assertThat(first).isNotEqualTo(second).isEmptyDirectory();
        Files.delete(first);
        Files.delete(second);
    }
}
