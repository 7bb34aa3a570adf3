import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Builds the native library with CMake. The JDK runs this program from its source: {@code java NativeBuild.java build
 * BASE VERSION} or {@code ... test BASE}. If CMake or a C++ compiler is missing, it says so in one line and succeeds:
 * the Java part of the module is complete without the library.
 */
final class NativeBuild {

    private static final List<String> COMPILERS = List.of("c++", "g++", "clang++", "cl");

    private NativeBuild() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path base = Path.of(arguments[1]);
        Path build = base.resolve("target/cmake");
        if (!onPath("cmake")
                || (System.getenv("CXX") == null && COMPILERS.stream().noneMatch(NativeBuild::onPath))) {
            System.out.println("[native] skipped: " + (onPath("cmake") ? "no C++ compiler" : "no cmake")
                    + " on the PATH; the backend \"native\" will report that its library is missing");
            return;
        }
        if (arguments[0].equals("build")) {
            build(base, build, arguments[2]);
        } else {
            run(List.of("ctest", "--test-dir", build.toString(), "--output-on-failure", "-C", "Release"), build);
        }
    }

    private static void build(Path base, Path build, String version) throws IOException, InterruptedException {
        Files.createDirectories(build);
        run(
                List.of(
                        "cmake",
                        "-S",
                        base.resolve("src/main/cpp").toString(),
                        "-B",
                        build.toString(),
                        "-DCMAKE_BUILD_TYPE=Release",
                        "-DRPT4J_VERSION=" + version,
                        "-DRPT4J_JAVA_HOME=" + System.getProperty("java.home")),
                build);
        // Without a number, make starts every compiler at once, which takes gigabytes.
        String jobs = String.valueOf(Runtime.getRuntime().availableProcessors());
        run(List.of("cmake", "--build", build.toString(), "--config", "Release", "--parallel", jobs), build);
        for (String target : List.of("target/native", "target/classes")) {
            Path directory = base.resolve(target).resolve("META-INF/native").resolve(platform());
            Files.createDirectories(directory);
            for (Path library : libraries(build, version)) {
                Files.copy(library, directory.resolve(library.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static List<Path> libraries(Path build, String version) throws IOException {
        try (Stream<Path> files = Files.walk(build, 2)) {
            String name = "(lib)?rpt4j-\\Q" + version + "\\E\\.(so|dylib|dll)";
            return files.filter(file -> file.getFileName().toString().matches(name))
                    .toList();
        }
    }

    /** As org.rpt4j.backend.jni.Platform spells it. */
    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String family = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "osx" : os.replace(' ', '_');
        return family + "-" + arch.replace("amd64", "x86_64").replace("arm64", "aarch64");
    }

    private static boolean onPath(String program) {
        String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(java.io.File.pathSeparator))
                        .filter(directory -> !directory.isEmpty())
                        .map(Path::of)
                        .anyMatch(directory -> Files.isExecutable(directory.resolve(program))
                                || Files.isExecutable(directory.resolve(program + ".exe")));
    }

    /** Runs a program and prints its output only if it fails. */
    private static void run(List<String> command, Path directory) throws IOException, InterruptedException {
        Path log = directory.resolve("last-command.log");
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            System.err.println(Files.readString(log));
            throw new IllegalStateException("[native] failed: " + String.join(" ", command));
        }
    }
}
