package org.rpt4j.spark;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;

/** The file systems of Hadoop, with the settings of this Spark. Stateless. */
final class HadoopFiles {

    private HadoopFiles() {}

    /** Those that spark-submit made, if no SparkContext is active. */
    static Configuration settings() {
        @Nullable SparkEnv active = SparkEnv.get();
        return SparkHadoopUtil.get().newConfiguration(active == null ? new SparkConf() : active.conf());
    }

    /** @throws IOException if nothing reads the scheme of the path, or the file system cannot be reached */
    static FileSystem of(Path path) throws IOException {
        return path.getFileSystem(settings());
    }
}
