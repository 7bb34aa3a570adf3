/** The file formats of models: configuration, safetensors, weight names, atomic files. */
module org.rpt4j.model.format {
    requires transitive org.rpt4j.api;
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify;

    exports org.rpt4j.model.format;
}
