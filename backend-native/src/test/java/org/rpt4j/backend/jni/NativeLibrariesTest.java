package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibrariesTest {

    @TempDir
    Path directory;

    private String reason(Platform packaged, Platform asked) throws IOException {
        Path library = directory.resolve(packaged.resource());
        Files.createDirectories(library.getParent());
        Files.write(library, new byte[0]);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
            return NativeLibraries.lookUp(loader, asked).reason();
        }
    }

    @Test
    void aLibraryOfAnotherPlatformIsListed() throws IOException {
        assertThat(reason(Platform.of("Linux", "amd64"), Platform.of("Linux", "aarch64")))
                .startsWith("no native library META-INF/native/linux-aarch64/librpt4j.so is packaged with this version;"
                        + " packaged: linux-x86_64. ");
    }

    @Test
    void aLibraryOfThisPlatformIsFoundButHasNoBinding() throws IOException {
        Platform linux = Platform.of("Linux", "amd64");
        assertThat(reason(linux, linux))
                .startsWith("META-INF/native/linux-x86_64/librpt4j.so is on the class path, but this version")
                .contains("contains no binding yet");
    }

    @ParameterizedTest
    @CsvSource({
        "Linux,amd64,META-INF/native/linux-x86_64/librpt4j.so",
        "Mac OS X,aarch64,META-INF/native/osx-aarch64/librpt4j.dylib",
        "Windows 11,amd64,META-INF/native/windows-x86_64/rpt4j.dll",
        "Linux,ARM64,META-INF/native/linux-aarch64/librpt4j.so",
        "FreeBSD,riscv64,META-INF/native/freebsd-riscv64/librpt4j.so"
    })
    void platformsAreSpelledOneWay(String os, String arch, String resource) {
        assertThat(Platform.of(os, arch).resource()).isEqualTo(resource);
    }
}
