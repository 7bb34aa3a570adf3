/** Questions with verifiable answers: reading them from files, judging answers, and rewards that do so. */
module org.rpt4j.answers {
    requires transitive org.rpt4j.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports org.rpt4j.answers;
    exports org.rpt4j.answers.compare;
}
