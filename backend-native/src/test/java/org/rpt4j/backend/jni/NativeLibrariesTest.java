package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.error.BackendUnavailableException;

class NativeLibrariesTest {

    private static final Platform LINUX = Platform.of("Linux", "amd64");

    @TempDir
    private Path directory;

    private void loadPackaged(Platform packaged, Platform asked) throws IOException {
        Path library = directory.resolve(packaged.resource(NativeLibraries.VERSION));
        Files.createDirectories(library.getParent());
        Files.write(library, new byte[0]);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
            NativeLibraries.loadFrom(null, loader, asked);
        }
    }

    @Test
    void aMissingLibraryIsNamedWithThoseThatAreThere() {
        Platform asked = Platform.of("Linux", "aarch64");
        assertThatThrownBy(() -> loadPackaged(LINUX, asked))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("META-INF/native/linux-aarch64/librpt4j-" + NativeLibraries.VERSION + ".so")
                .hasMessageContaining("packaged for this version: linux-x86_64")
                .hasMessageContaining(NativeLibraries.PROPERTY);
    }

    @Test
    void aPackagedLibraryThatDoesNotLoadKeepsItsCause() {
        assertThatThrownBy(() -> loadPackaged(LINUX, LINUX))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("is on the class path, but does not load")
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
    }

    @Test
    void anOverrideHasNoFallback() throws IOException {
        Path override = directory.resolve("absent.so");
        assertThatThrownBy(() -> NativeLibraries.loadFrom(
                        override.toString(), NativeLibraries.class.getClassLoader(), Platform.current()))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("the system property rpt4j.native.library is " + override);
    }

    @Test
    void aLibraryOfAnotherVersionIsRefused() {
        assertThatThrownBy(() -> NativeLibraries.requireVersion("here", "0.0.1"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("0.0.1")
                .hasMessageContaining(NativeLibraries.VERSION);
    }

    @Test
    void theVersionIsThatOfTheModule() {
        assertThat(NativeLibraries.VERSION).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @ParameterizedTest
    @CsvSource({
        "Linux,amd64,META-INF/native/linux-x86_64/librpt4j-1.so",
        "Mac OS X,aarch64,META-INF/native/osx-aarch64/librpt4j-1.dylib",
        "Windows 11,amd64,META-INF/native/windows-x86_64/rpt4j-1.dll",
        "Linux,ARM64,META-INF/native/linux-aarch64/librpt4j-1.so",
        "FreeBSD,riscv64,META-INF/native/freebsd-riscv64/librpt4j-1.so"
    })
    void platformsAreSpelledOneWay(String os, String arch, String resource) {
        assertThat(Platform.of(os, arch).resource("1")).isEqualTo(resource);
    }
}
