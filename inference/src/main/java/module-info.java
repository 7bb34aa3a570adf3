/**
 * For application developers: text from a trained policy, which thinks at every token, where it is uncertain, or not at
 * all. Start with {@link org.rpt4j.inference.Reasoner}.
 */
module org.rpt4j.inference {
    requires transitive org.rpt4j.core;
    requires static org.jspecify;

    exports org.rpt4j.inference;
}
