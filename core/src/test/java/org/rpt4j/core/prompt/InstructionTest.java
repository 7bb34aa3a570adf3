package org.rpt4j.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;

class InstructionTest {

    @TempDir
    private Path directory;

    @Test
    void builtInsAskForABoxAndPutTheContextLast() {
        assertThat(Instruction.builtIn()).extracting(Instruction::name).containsExactly("complete", "fenced", "answer");
        for (Instruction instruction : Instruction.builtIn()) {
            assertThat(Instruction.named(instruction.name())).isEqualTo(instruction);
            assertThat(instruction.template()).contains("\\boxed{}");
            String after =
                    instruction.template().substring(instruction.template().indexOf("{context}"));
            assertThat(after).hasSizeLessThan(20);
        }
        for (Instruction token : List.of(Instruction.COMPLETE, Instruction.FENCED)) {
            assertThat(token.template()).as("a token may begin with one").contains("space");
        }
    }

    @Test
    void anUnknownNameListsTheAvailableOnes() {
        assertThatThrownBy(() -> Instruction.named("compleat"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"compleat\"")
                .hasMessageContaining("complete, fenced");
    }

    @Test
    void thePlaceholderMustOccurExactlyOnce() {
        assertThatThrownBy(() -> new Instruction("a", "no place")).hasMessageContaining("nowhere");
        assertThatThrownBy(() -> new Instruction("a", "{context}{context}")).hasMessageContaining("more than once");
        assertThatThrownBy(() -> new Instruction(" ", "{context}")).hasMessageContaining("blank");
    }

    /** A sparse file: its size is what counts, and nothing of it is read. */
    @Test
    void aFileWithoutEndIsRefused() throws IOException {
        Path file = directory.resolve("sparse.txt");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        assertThatThrownBy(() -> Instruction.load(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("sparse.txt")
                .hasMessageContaining("at most 1048576 are read");
        assertThatThrownBy(() -> Instruction.load(directory))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a directory");
    }

    @Test
    void loadsFromAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("mine.txt"), "Go on: {context}");
        assertThat(Instruction.load(file)).isEqualTo(new Instruction("mine.txt", "Go on: {context}"));
        Files.writeString(file, "\uFEFFGo on: {context}\uFEFF");
        assertThat(Instruction.load(file).template()).isEqualTo("Go on: {context}\uFEFF");
        Files.write(file, new byte[] {(byte) 0xC3, 'a'});
        assertThatThrownBy(() -> Instruction.load(file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> Instruction.load(directory.resolve("none.txt")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("none.txt");
    }
}
