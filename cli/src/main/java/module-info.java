/** The command {@code rpt4j}. A program and no library: it exports nothing. */
module org.rpt4j.cli {
    requires org.rpt4j.api;
    requires org.rpt4j.backend.onnx;
    requires org.rpt4j.bench;
    requires org.rpt4j.core;
    requires org.rpt4j.inference;
    requires org.rpt4j.model.format;
    requires org.rpt4j.run;
    requires org.rpt4j.spi;
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires me.tongfei.progressbar;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires jdk.unsupported; // sun.misc.Signal
    requires static org.jspecify;

    // picocli sets the fields of the commands.
    opens org.rpt4j.cli to
            info.picocli;
}
