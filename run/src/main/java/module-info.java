/**
 * For application developers: a whole run from one configuration, recorded in a directory, resumed bit for bit, and
 * reported as one page. Start with {@link org.rpt4j.run.launch}.
 */
module org.rpt4j.run {
    requires transitive org.rpt4j.api;
    requires transitive org.rpt4j.core;
    requires transitive org.rpt4j.answers;
    requires org.rpt4j.judge;
    requires org.rpt4j.model.format;
    requires org.rpt4j.spi;
    requires com.fasterxml.jackson.databind;
    requires java.management;
    requires jdk.management;
    requires org.apache.commons.configuration2;
    requires org.apache.commons.text;
    requires org.slf4j;
    // Optional: whoever reads YAML or collects meters adds the jar.
    requires static org.yaml.snakeyaml;
    requires static micrometer.core;
    requires static org.jspecify;

    exports org.rpt4j.run.supervised;
    exports org.rpt4j.run.config;
    exports org.rpt4j.run.config.key;
    exports org.rpt4j.run.config.section;
    exports org.rpt4j.run.directory;
    exports org.rpt4j.run.health;
    exports org.rpt4j.run.launch;
    exports org.rpt4j.run.report;
    exports org.rpt4j.run.resume;
    exports org.rpt4j.run.study;
    exports org.rpt4j.run.telemetry;

    // Jackson makes the records of the files.
    opens org.rpt4j.run.directory to
            com.fasterxml.jackson.databind;
    opens org.rpt4j.run.resume to
            com.fasterxml.jackson.databind;
}
