package org.rpt4j.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.Set;
import org.opentest4j.TestAbortedException;
import org.rpt4j.api.Capability;

/**
 * A rule, ready to run.
 *
 * @param id the number, such as {@code P3}
 * @param title the rule in a few words
 * @param everyModel whether the rule is checked on every model
 * @param needs capabilities that the rule requires
 * @param method the check
 */
record RuleCheck(String id, String title, boolean everyModel, Set<Capability> needs, Method method) {

    /**
     * Runs the check.
     *
     * @param fixture argument of the check
     * @throws TestAbortedException if the rule is about an optional feature that this backend does not offer
     * @throws AssertionError if the rule is broken, including by an unexpected exception
     */
    void run(Object fixture) {
        try {
            method.invoke(null, fixture);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof TestAbortedException skipped) {
                throw skipped;
            }
            throw new AssertionError(this + " is broken: " + cause, cause);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(method + " cannot be called", e);
        }
    }

    /** Returns the same rule with one more required capability. */
    RuleCheck alsoNeeding(Capability capability) {
        Set<Capability> all = EnumSet.of(capability);
        all.addAll(needs);
        return new RuleCheck(id, title, everyModel, all, method);
    }

    /**
     * Runs the check. If the backend does not declare a required capability, checks its refusal instead.
     *
     * @throws TestAbortedException if the refusal is right
     */
    void runOrRefuse(Fixture fixture) {
        for (Capability capability : needs) {
            if (!fixture.backend().capabilities().contains(capability)) {
                Refusals.check(fixture, capability);
                throw new TestAbortedException(
                        "not checked, the backend does not declare " + capability + " and refuses it as documented");
            }
        }
        run(fixture);
    }

    @Override
    public String toString() {
        return id + " (" + title + ")";
    }
}
