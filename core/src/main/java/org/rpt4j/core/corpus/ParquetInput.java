package org.rpt4j.core.corpus;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A Parquet file whose every block is a place to stop: a row group is read as a whole, and may have a gibibyte. */
record ParquetInput(Path path, InputFile file) implements InputFile {

    static InputFile of(Path path) {
        return new ParquetInput(path, blue.strategic.parquet.ParquetReader.makeInputFile(path.toFile()));
    }

    @Override
    public long getLength() throws IOException {
        return file.getLength();
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        SeekableInputStream content = file.newStream();
        return new DelegatingSeekableInputStream(Interruption.checked(path, content)) {
            @Override
            public long getPos() throws IOException {
                return content.getPos();
            }

            @Override
            public void seek(long position) throws IOException {
                content.seek(position);
            }
        };
    }
}
