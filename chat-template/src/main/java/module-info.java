/** Hugging Face chat templates for the JVM: a bounded subset of Jinja with no dependency beyond the JDK. */
module org.rpt4j.chat.template {
    requires static org.jspecify;

    exports org.rpt4j.chat.template;
}
