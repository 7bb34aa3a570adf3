package org.rpt4j.spark;

import java.net.URI;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file system of Hadoop with a scheme of its own, {@code other}. */
public final class OtherFileSystem extends RawLocalFileSystem {

    /** For Hadoop. */
    public OtherFileSystem() {}

    @Override
    public String getScheme() {
        return "other";
    }

    @Override
    public URI getUri() {
        return URI.create("other:///");
    }
}
