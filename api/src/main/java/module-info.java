/** The rpt4j API that applications program against. Depends only on the JDK. */
module org.rpt4j.api {
    requires static org.jspecify;

    exports org.rpt4j.api;
    exports org.rpt4j.api.error;
    exports org.rpt4j.api.setting;
}
