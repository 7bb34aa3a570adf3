/** Benchmarks of questions. Start with {@link org.rpt4j.bench.result.Benchmark}. */
module org.rpt4j.bench {
    requires transitive org.rpt4j.core;
    requires org.rpt4j.answers;
    requires org.rpt4j.run;
    requires org.rpt4j.model.format;
    requires org.rpt4j.spi;
    requires com.fasterxml.jackson.databind;
    requires org.yaml.snakeyaml;
    requires static org.jspecify;

    exports org.rpt4j.bench.ask;
    exports org.rpt4j.bench.extract;
    exports org.rpt4j.bench.result;
    exports org.rpt4j.bench.suite;
}
