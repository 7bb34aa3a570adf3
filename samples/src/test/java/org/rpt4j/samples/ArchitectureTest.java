package org.rpt4j.samples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of the code base that no compiler checks. */
class ArchitectureTest {

    private static final JavaClasses LIBRARY = library();
    private static final JavaClasses COMMAND_LINE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.rpt4j.cli");
    static final Path ROOT = root();

    private static JavaClasses library() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .withImportOption(
                        location -> !location.contains("/org/rpt4j/samples/") && !location.contains("/org/rpt4j/cli/"))
                .importPackages("org.rpt4j");
    }

    @Test
    void theApiDependsOnlyOnTheJdk() {
        noClasses()
                .that()
                .resideInAPackage("org.rpt4j.api..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "org.jspecify..", "org.rpt4j.api..")
                .check(LIBRARY);
    }

    @ParameterizedTest
    @CsvSource({
        "org.rpt4j.chat.template, org.rpt4j.chat.template",
        "org.rpt4j.model.format, org.rpt4j.api",
        "org.rpt4j.spi, org.rpt4j.api org.rpt4j.model.format",
        "org.rpt4j.tck, org.rpt4j.api org.rpt4j.model.format org.rpt4j.spi",
        "org.rpt4j.backend, org.rpt4j.api org.rpt4j.model.format org.rpt4j.spi",
        "org.rpt4j.core, org.rpt4j.api org.rpt4j.model.format org.rpt4j.spi org.rpt4j.chat.template",
        "org.rpt4j.answers, org.rpt4j.api org.rpt4j.spi org.rpt4j.core",
        "org.rpt4j.judge, org.rpt4j.api org.rpt4j.model.format org.rpt4j.spi org.rpt4j.core",
        "org.rpt4j.run, org.rpt4j.api org.rpt4j.model.format org.rpt4j.spi org.rpt4j.core org.rpt4j.answers"
                + " org.rpt4j.judge",
        "org.rpt4j.inference, org.rpt4j.api org.rpt4j.spi org.rpt4j.core",
        "org.rpt4j.bench, org.rpt4j.api org.rpt4j.model.format org.rpt4j.spi org.rpt4j.core org.rpt4j.answers"
                + " org.rpt4j.run"
    })
    void dependenciesPointUpwards(String module, String allowed) {
        Predicate<String> within = name -> Stream.concat(Stream.of(module), Stream.of(allowed.split(" ")))
                .anyMatch(root -> name.equals(root) || name.startsWith(root + "."));
        List<String> wrong = LIBRARY.stream()
                .filter(type -> type.getPackageName().startsWith(module))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(to -> to.getTargetClass().getPackageName().startsWith("org.rpt4j"))
                .filter(to -> !within.test(to.getTargetClass().getPackageName()))
                .map(Object::toString)
                .toList();

        assertThat(LIBRARY.stream().filter(type -> type.getPackageName().startsWith(module)))
                .isNotEmpty();
        assertThat(wrong).isEmpty();
    }

    @Test
    void noBackendDependsOnAnother() {
        SlicesRuleDefinition.slices()
                .matching("org.rpt4j.backend.(*)..")
                .should()
                .notDependOnEachOther()
                .check(LIBRARY);
    }

    @Test
    void theReferenceNeedsNoTestFramework() {
        noClasses()
                .that()
                .resideInAPackage("org.rpt4j.tck.reference..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.junit..", "org.assertj..", "org.opentest4j..")
                .check(LIBRARY);
    }

    @Test
    void theLibraryIsAQuietGuest() {
        ArchRule exit = noClasses().should().callMethod(System.class, "exit", int.class);
        ArchRule output = noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace");

        exit.check(LIBRARY);
        output.check(LIBRARY);
        // The command line does both, so the rules can see what they forbid.
        assertThat(exit.evaluate(COMMAND_LINE).hasViolation()).isTrue();
        assertThat(output.evaluate(COMMAND_LINE).hasViolation()).isTrue();
    }

    @Test
    void nothingIsDeserialisedByJava() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(LIBRARY);
    }

    /** A record compares its arrays by identity and prints their addresses. */
    @Test
    void noRecordHasAnArray() {
        record Pair(int[] left, String right) {}
        JavaClasses everything = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("org.rpt4j");

        assertThat(everything.stream().filter(JavaClass::isRecord)).hasSizeGreaterThan(100);
        assertThat(everything.stream().flatMap(ArchitectureTest::arraysOfARecord))
                .isEmpty();
        assertThat(arraysOfARecord(new ClassFileImporter().importClass(Pair.class)))
                .containsExactly(Pair.class.getName() + ".left");
    }

    private static Stream<String> arraysOfARecord(JavaClass type) {
        return type.isRecord()
                ? type.getFields().stream()
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                        .filter(field -> field.getRawType().isArray())
                        .map(JavaField::getFullName)
                : Stream.empty();
    }

    @Test
    void everyPackageSaysWhoItIsForAndIsNullMarked() {
        List<Path> packages = sources("main")
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("module-info.java")))
                .toList();

        assertThat(packages)
                .hasSizeGreaterThan(20)
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .containsSubsequence("/**", "*/", "@NullMarked", "package "));
    }

    @Test
    void filesStaySmall() throws IOException {
        List<Path> files = Stream.concat(sources("main"), sources("test")).toList();

        assertThat(files).hasSizeGreaterThan(200);
        assertThat(files.stream().filter(file -> lines(file) > 500)).isEmpty();
        assertThat(lines(ROOT.resolve("core/src/main/java/org/rpt4j/core/train/RptTrainer.java")))
                .isLessThanOrEqualTo(200);
    }

    private static Stream<Path> sources(String kind) {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules
                    .map(module -> module.resolve("src/" + kind + "/java"))
                    .filter(Files::isDirectory)
                    .toList()
                    .stream()
                    .flatMap(ArchitectureTest::javaFiles);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Returns the directory of the parent pom: surefire runs in the module's directory, an editor possibly in the root.
     */
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("bom"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new AssertionError("no parent folder of " + Path.of("").toAbsolutePath() + " holds the sources");
        }
        return folder;
    }
}
