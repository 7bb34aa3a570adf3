package org.rpt4j.tck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.rpt4j.api.Capability;

/**
 * The capabilities that the rules of a class, or a single rule, require. For a backend that does not declare one of
 * them, the refusal of rule B3 is checked instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@interface Needs {

    /** All of these are required. */
    Capability[] value();
}
