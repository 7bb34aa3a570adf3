package org.rpt4j.bench.suite;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The fields of a file of questions.
 *
 * @param id the id of a question; empty numbers them
 * @param question what is asked
 * @param choices the field of the list of choices, or one field for each; empty for a suite without
 * @param labels the labels of the choices, if the answer is one of them
 * @param noChoice a choice with this text is none
 * @param answer the right answer
 * @param form what the answer field of a question with choices holds
 * @param pattern takes the answer from its field: the first group of the last match
 * @param box a solution whose last box is the answer, where the answer field is missing
 * @param worked a worked solution, which examples show
 * @param workedPrefix what a worked solution begins with and examples do not show
 * @param categories the ways to sort the questions, the first also for choosing examples
 */
record QuestionFields(
        Optional<FieldPath> id,
        FieldPath question,
        List<FieldPath> choices,
        Optional<FieldPath> labels,
        Optional<String> noChoice,
        Optional<FieldPath> answer,
        AnswerForm form,
        Optional<Pattern> pattern,
        Optional<FieldPath> box,
        Optional<FieldPath> worked,
        String workedPrefix,
        List<CategoryLevel> categories) {

    QuestionFields {
        choices = List.copyOf(choices);
        categories = List.copyOf(categories);
    }
}
