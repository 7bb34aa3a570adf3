package org.rpt4j.spark;

import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.api.error.StorageException;

/**
 * Computes one chunk of items on an executor. Only bytes travel: the call, the items and the {@link Answer}.
 *
 * <p>An error of the input or the model is an answer, because another executor would fail in the same way. Anything
 * else is thrown, so that Spark tries the chunk again elsewhere.
 */
final class ExecutorTask implements Function<byte[], byte[]> {

    private static final long serialVersionUID = 1;

    private final byte[] call;
    private final @Nullable LongAccumulator amounts;

    /**
     * @param call bytes of a {@link Call}
     * @param amounts adds up the number with which each answer of the operation begins; null if none does
     */
    ExecutorTask(byte[] call, @Nullable LongAccumulator amounts) {
        this.call = call;
        this.amounts = amounts;
    }

    @Override
    public byte[] call(byte[] chunk) {
        SparkEnv spark = SparkEnv.get();
        String executor = "executor " + spark.executorId() + " on "
                + spark.blockManager().blockManagerId().host();
        WireReader items = new WireReader(chunk);
        int index = items.whole();
        try {
            Computed computed = ExecutorModels.HERE.answer(Call.read(call), items);
            if (amounts != null) {
                amounts.add(new WireReader(computed.answers()).wholeLong());
            }
            return Answer.of(index, executor, computed);
        } catch (StorageException | OperationCancelledException e) {
            throw e;
        } catch (BackendNotFoundException | BackendUnavailableException e) {
            return Answer.failed(
                    index,
                    executor,
                    e,
                    " Put the backend, with all it needs, on the class path of the executors: spark-submit --jars,"
                            + " spark.executor.extraClassPath, or an assembly that has it.");
        } catch (RptException | IllegalArgumentException e) {
            return Answer.failed(index, executor, e, "");
        }
    }
}
