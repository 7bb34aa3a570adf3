package org.rpt4j.answers.reward;

import java.time.Duration;
import java.util.Map;

/** The values of a reward's options. Its provider names those that there are. */
record RewardOptions(String reward, Map<String, String> options) {

    String text(String name, String byDefault) {
        return options.getOrDefault(name, byDefault);
    }

    boolean flag(String name) {
        String value = text(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw wrong(name, value, "true or false");
        }
        return value.equals("true");
    }

    double fraction(String name) {
        String value = text(name, "0");
        try {
            double number = Double.parseDouble(value);
            if (number >= 0 && number < 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, value, "a number that is at least 0 and below 1");
        }
        throw wrong(name, value, "a number that is at least 0 and below 1");
    }

    Duration seconds(String name, Duration byDefault) {
        String value = text(name, "");
        if (value.isEmpty()) {
            return byDefault;
        }
        if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) == 0) {
            throw wrong(name, value, "a whole number of seconds from 1 to 99999");
        }
        return Duration.ofSeconds(Integer.parseInt(value));
    }

    private IllegalArgumentException wrong(String name, String value, String allowed) {
        return new IllegalArgumentException(
                "option \"" + name + "\" of reward \"" + reward + "\" is \"" + value + "\", must be " + allowed);
    }
}
