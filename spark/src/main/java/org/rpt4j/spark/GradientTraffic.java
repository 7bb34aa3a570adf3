package org.rpt4j.spark;

import org.apache.spark.SparkConf;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * What the gradients of shards may cost on their way to the driver.
 *
 * @param limitBytes most bytes of one gradient of all weights
 * @param resultBytes most bytes of the results of one job; 0 if Spark does not limit them
 * @param heapBytes heap of an executor; 0 if it is that of the driver
 */
record GradientTraffic(long limitBytes, long resultBytes, long heapBytes) {

    /** The numbers of an executor's gradient, their bytes for the wire, and two copies on the way into a buffer. */
    private static final int COPIES = 4;

    /** Java arrays, in which gradients travel, cannot be larger. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - (1 << 10);

    /** What an answer has besides the gradient, such as the name of the executor; generously. */
    private static final long ANSWER = 64 << 10;

    static GradientTraffic of(SparkConf conf, boolean local, ClusterOptions options) {
        return new GradientTraffic(
                (long) options.gradientMib() << 20,
                conf.getSizeAsBytes("spark.driver.maxResultSize", "1g"),
                local ? 0 : conf.getSizeAsBytes("spark.executor.memory", "1g"));
    }

    /**
     * How many shards one job may bring to the driver.
     *
     * @param parameters number of trained parameters
     * @param adapted whether they are those of an adapter
     * @throws UnsupportedCapabilityException if the gradient of one shard is too large
     */
    int shardsPerJob(long parameters, boolean adapted) {
        long bytes = parameters * Float.BYTES;
        if (!adapted && bytes > limitBytes) {
            throw refused(
                    bytes,
                    "more than the " + mib(limitBytes) + " MiB of " + SparkSettings.PREFIX
                            + ClusterOptions.GRADIENT_MIB.name()
                            + ": sending it would take longer than what it saves. Train an adapter, set gradient-shards"
                            + " to 1 so that the driver computes gradients, or raise that setting");
        }
        if (bytes > MOST_BYTES) {
            throw refused(
                    bytes, "more than one Java array holds. Train a smaller adapter, or set gradient-shards to 1");
        }
        if (heapBytes > 0 && bytes > heapBytes / COPIES) {
            throw refused(
                    bytes,
                    "and an executor needs " + COPIES + " times as much of its heap, which has " + mib(heapBytes)
                            + " MiB. Raise spark.executor.memory, or set gradient-shards to 1");
        }
        if (resultBytes > 0 && bytes + ANSWER > resultBytes) {
            throw refused(
                    bytes,
                    "more than the " + mib(resultBytes)
                            + " MiB of spark.driver.maxResultSize. Raise it, or set gradient-shards to 1");
        }
        return resultBytes == 0 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, resultBytes / (bytes + ANSWER));
    }

    private static UnsupportedCapabilityException refused(long bytes, String why) {
        return new UnsupportedCapabilityException("the gradient of one shard has " + mib(bytes) + " MiB, " + why + ".");
    }

    private static long mib(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
