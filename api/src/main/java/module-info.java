/** The rpt4j API: what an application programs against. Depends on the JDK alone. */
module org.rpt4j.api {
    requires static org.jspecify;

    exports org.rpt4j.api;
    exports org.rpt4j.api.error;
    exports org.rpt4j.api.setting;
}
