package org.rpt4j.run.resume;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One value of what a run is.
 *
 * @param value a setting or a fingerprint
 * @param derived whether it follows from another one, so that a difference in it alone is none
 * @since 0.1.0
 */
public record IdentityValue(String value, boolean derived) {

    /** How manifests of version 1 marked what follows from another setting. */
    private static final Pattern MARK = Pattern.compile(" \\(from [a-z0-9.-]+\\)$");

    /** A value by itself. */
    public static IdentityValue of(String value) {
        return new IdentityValue(value, false);
    }

    /** A value as manifests of version 1 have it. */
    static IdentityValue ofVersion1(String text) {
        Matcher mark = MARK.matcher(text);
        return mark.find() ? new IdentityValue(text.substring(0, mark.start()), true) : of(text);
    }
}
