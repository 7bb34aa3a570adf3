package org.rpt4j.core.corpus;

import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A Parquet file whose every block is a place to stop: a row group is read as a whole, and may have a gibibyte. */
record ParquetInput(FilePath path) implements InputFile {

    @Override
    public long getLength() throws IOException {
        return path.size();
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        SeekableInput content = path.seekable();
        return new DelegatingSeekableInputStream(Interruption.checked(path, content)) {
            @Override
            public long getPos() throws IOException {
                return content.position();
            }

            @Override
            public void seek(long position) throws IOException {
                content.seek(position);
            }
        };
    }
}
