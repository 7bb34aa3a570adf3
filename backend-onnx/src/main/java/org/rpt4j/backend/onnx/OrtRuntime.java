package org.rpt4j.backend.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.spi.Availability;

/**
 * Finds and starts ONNX Runtime. The library comes from the {@code onnxruntime} or {@code onnxruntime_gpu} jar on the
 * class path, or from the directory in the system property {@code onnxruntime.native.path}; never from the network.
 *
 * <p>System properties {@code rpt4j.onnx.cuda.KEY} are passed to the CUDA execution provider as its option KEY, such as
 * {@code gpu_mem_limit} or {@code arena_extend_strategy}; an unknown option is an error. TF32 is off unless {@code
 * rpt4j.onnx.cuda.use_tf32=1}.
 */
final class OrtRuntime {

    private static final String CUDA_PROPERTY = "rpt4j.onnx.cuda.";
    private static final String GPU_ARTIFACT = "com.microsoft.onnxruntime:onnxruntime_gpu";

    private static @Nullable OrtEnvironment environment;

    private OrtRuntime() {}

    /** Returns whether the library starts, and which devices it can use. */
    static Availability probe() {
        try {
            String version = environment().getVersion();
            String cuda =
                    cudaObstacle(0).map(why -> "no CUDA: " + firstLine(why)).orElse("CUDA usable");
            return new Availability.Available("ONNX Runtime " + version + ", cpu, " + cuda);
        } catch (BackendUnavailableException e) {
            return new Availability.Unavailable(e.getMessage(), e.getCause());
        }
    }

    /**
     * The environment of the process. Log messages of the library are discarded: errors arrive as exceptions.
     *
     * <p>When it starts, ONNX Runtime 1.29 puts the command line of the process through a regular expression that recurses for
     * each character. With a class path of 4,000 characters that overflows the stack of a Java thread and ends the
     * process.
     */
    static synchronized OrtEnvironment environment() {
        if (environment != null) {
            return environment;
        }
        try {
            environment = OrtLibraries.loading(() -> DeepStack.call(
                    () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "rpt4j")));
            return environment;
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new BackendUnavailableException(
                    "ONNX Runtime does not start: " + e + ". Its jar contains libraries for Linux x86-64 and"
                            + " aarch64, macOS on Apple silicon and Windows x86-64; for other platforms set"
                            + " onnxruntime.native.path.",
                    e);
        }
    }

    /** Rejects an unavailable device. */
    static void require(Device device) {
        environment();
        if (device.kind() == Device.Kind.CUDA) {
            cudaObstacle(device.index()).ifPresent(why -> {
                throw new DeviceUnavailableException(
                        "Device " + device + " was asked for, but ONNX Runtime cannot use it: " + firstLine(why)
                                + ". CUDA needs " + GPU_ARTIFACT + " instead of onnxruntime on the class path, CUDA 12"
                                + " with cuDNN 9, and a driver that sees the device.",
                        why);
            });
        }
    }

    /** Returns the options of a session; the caller closes them. */
    static SessionOptions options(BackendOptions options) throws OrtException {
        SessionOptions session = quietOptions();
        try {
            if (options.threads() > 0) {
                session.setIntraOpNumThreads(options.threads());
            }
            if (options.device().kind() == Device.Kind.CUDA) {
                addCuda(session, options.device().index());
            }
            return session;
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static SessionOptions quietOptions() throws OrtException {
        SessionOptions session = new SessionOptions();
        session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        session.setInterOpNumThreads(1);
        // Threads that spin while they wait would take cores from the application.
        session.addConfigEntry("session.intra_op.allow_spinning", "0");
        return session;
    }

    /**
     * Returns why CUDA is unavailable. The library lists the providers it was compiled with, usable or not, so the only
     * reliable test is to open a session.
     */
    private static Optional<OrtException> cudaObstacle(int index) {
        try (SessionOptions options = quietOptions()) {
            addCuda(options, index);
            try (OrtSession session = environment().createSession(identity(), options)) {
                session.getNumInputs();
            }
            return Optional.empty();
        } catch (OrtException e) {
            return Optional.of(e);
        }
    }

    private static void addCuda(SessionOptions session, int index) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
            cuda.add("use_tf32", "0");
            for (String property : new TreeSet<>(System.getProperties().stringPropertyNames())) {
                if (property.startsWith(CUDA_PROPERTY)) {
                    cuda.add(property.substring(CUDA_PROPERTY.length()), System.getProperty(property));
                }
            }
            session.addCUDA(cuda);
        }
    }

    private static byte[] identity() {
        GraphBuilder graph = new GraphBuilder("probe");
        graph.input("in", DataType.FLOAT_VALUE, 1);
        graph.addNamed("", "Identity", List.of("in"), List.of("out"));
        graph.output("out", DataType.FLOAT_VALUE, 1);
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph.graph())
                .build()
                .toByteArray();
    }

    /** Returns the first line of an error message. */
    static String firstLine(Throwable error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse(error.toString());
    }
}
