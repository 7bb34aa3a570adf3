/** The compatibility kit of rpt4j: the contract of a backend as tests, with the float64 reference for comparison. */
module org.rpt4j.tck {
    requires transitive org.rpt4j.spi;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires static org.jspecify;

    exports org.rpt4j.tck;
    exports org.rpt4j.tck.reference;

    // JUnit calls the tests of the contract classes by reflection.
    opens org.rpt4j.tck;

    provides org.rpt4j.spi.BackendProvider with
            org.rpt4j.tck.reference.ReferenceProvider;
}
