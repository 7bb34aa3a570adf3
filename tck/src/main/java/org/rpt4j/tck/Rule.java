package org.rpt4j.tck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the check of one numbered rule of {@code docs/contract.md}: a static method that takes a {@link Fixture} or a
 * {@link VerifierFixture} and throws an {@link AssertionError} if the rule is broken.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Rule {

    /** The number, such as {@code P3}. */
    String id();

    /** The rule in a few words, as in the document. */
    String value();

    /** Whether the rule is checked on every {@link TinyModel}, or only on one. */
    boolean everyModel() default false;
}
