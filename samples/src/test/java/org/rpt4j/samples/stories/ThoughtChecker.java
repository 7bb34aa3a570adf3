package org.rpt4j.samples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that each step of the thought is right and that the last one gives the answer. */
final class ThoughtChecker {

    private static final Pattern SUM = Pattern.compile("(\\d+) ([-+x]) (\\d+) = (\\d+)");
    private static final Pattern DATE = Pattern.compile("\\w+: (\\w+day) ([-+]) ([1-6]) = (\\w+day)");

    private final Story story;
    private final Inference inference;
    private final String answer;
    private final List<String> steps;

    ThoughtChecker(Story story, Inference inference) {
        this.story = story;
        this.inference = inference;
        answer = inference.answer().strip();
        assertThat(inference.thought()).startsWith(" ").endsWith(".");
        steps = Arrays.asList(inference.thought().strip().split("\\.(?: |$)"));
    }

    void check() {
        switch (inference.kind()) {
            case "quantity", "units" -> checkSums();
            case "calendar" -> checkDates();
            case "holder" -> checkHolders();
            case "order" -> checkQueues();
            default -> throw new AssertionError("No such kind: " + inference.kind());
        }
    }

    private void checkSums() {
        assertThat(steps).as(inference.thought()).hasSizeGreaterThanOrEqualTo(2);
        List<String> results = new ArrayList<>();
        for (String step : steps) {
            Matcher sum = match(SUM, step);
            int a = Integer.parseInt(sum.group(1));
            int b = Integer.parseInt(sum.group(3));
            int result = switch (sum.group(2)) {
                case "+" -> a + b;
                case "-" -> a - b;
                default -> a * b;
            };
            assertThat(sum.group(4)).as(step).isEqualTo(Integer.toString(result));
            assertThat(result).isBetween(0, 20);
            boolean known = results.contains(sum.group(1))
                    || List.of(before().split("[ .]+")).contains(sum.group(1));
            assertThat(known).as("%s comes from somewhere: %s", a, story.text()).isTrue();
            results.add(sum.group(4));
        }
        assertThat(results.get(results.size() - 1)).isEqualTo(answer);
    }

    private void checkDates() {
        assertThat(steps).as(inference.thought()).hasSizeGreaterThanOrEqualTo(2);
        for (String step : steps) {
            Matcher date = match(DATE, step);
            int amount = Integer.parseInt(date.group(3));
            DayOfWeek day = day(date.group(1)).plus(date.group(2).equals("+") ? amount : -amount);
            assertThat(day(date.group(4))).as(step).isEqualTo(day);
        }
        assertThat(steps.get(steps.size() - 1)).endsWith("= " + answer);
    }

    private void checkHolders() {
        assertThat(steps).as(inference.thought()).hasSizeGreaterThanOrEqualTo(3);
        String holder = steps.get(0).substring(steps.get(0).indexOf(": ") + 2);
        for (String step : steps.subList(1, steps.size())) {
            String[] words = step.split("[: ]+");
            if (holder.equals(words[0])) {
                holder = words[1];
            } else if (holder.equals(words[1])) {
                holder = words[0];
            }
            assertThat(words).as(step).hasSize(3).endsWith(holder);
        }
        assertThat(holder).isEqualTo(answer);
    }

    private void checkQueues() {
        assertThat(steps).as(inference.thought()).hasSizeGreaterThanOrEqualTo(3);
        List<String> queue = names(steps.get(0));
        for (String step : steps.subList(1, steps.size())) {
            String mover = step.substring(0, step.indexOf(':'));
            List<String> next = names(step);
            assertThat(next).isNotEqualTo(queue).containsExactlyInAnyOrderElementsOf(queue);
            assertThat(without(mover, next)).as(step).isEqualTo(without(mover, queue));
            queue = next;
        }
        Matcher places = Pattern.compile("first|second|third|last").matcher(before());
        String place = "";
        while (places.find()) {
            place = places.group();
        }
        assertThat(queue.get(List.of("first", "second", "third", "last").indexOf(place)))
                .isEqualTo(answer);
    }

    private String before() {
        return story.text().substring(0, inference.offset());
    }

    private static List<String> names(String step) {
        return List.of(step.substring(step.indexOf(": ") + 2).split(" "));
    }

    private static List<String> without(String name, List<String> names) {
        return names.stream().filter(other -> !other.equals(name)).toList();
    }

    private static DayOfWeek day(String name) {
        return DayOfWeek.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Matcher match(Pattern pattern, String step) {
        Matcher matcher = pattern.matcher(step);
        assertThat(matcher.matches()).as(step).isTrue();
        return matcher;
    }
}
