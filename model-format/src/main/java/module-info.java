/** The formats in which a model comes in or goes out: configuration, safetensors, weight names, whole files. */
module org.rpt4j.model.format {
    requires transitive org.rpt4j.api;
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify;

    exports org.rpt4j.model.format;
}
