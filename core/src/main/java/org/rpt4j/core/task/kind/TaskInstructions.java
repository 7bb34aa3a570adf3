package org.rpt4j.core.task.kind;

/** What the model is told to do for each kind of tasks, in our own wording. */
final class TaskInstructions {

    static final String NEXT_SEGMENT = """
            A text is cut off after a sentence; what there is of it stands between the two marks below. Think about \
            what the text says and where it leads, and weigh several sentences that could come next. Then write the \
            most likely next sentence in \\boxed{}, without a space before it and nothing else in the box.

            <<<TEXT
            {before}
            TEXT>>>""";

    static final String MIDDLE_SEGMENT = """
            One sentence was taken out of a text. Below stands the text before the gap, then the text after it. Think \
            about how the text gets from the one to the other, and weigh several sentences that could fill the gap. \
            Then write the most likely one in \\boxed{}, without a space before it and nothing else in the box.

            <<<BEFORE THE GAP
            {before}
            >>>
            <<<AFTER THE GAP
            {after}
            >>>""";

    static final String MASKED_SPAN = """
            A few words in a row were taken out of a text. Below stands the text before the gap, then the text after \
            it. Think about what is missing and weigh several possibilities. Then write exactly the missing words in \
            \\boxed{}, as they stood in the text and nothing else.

            <<<BEFORE THE GAP
            {before}
            >>>
            <<<AFTER THE GAP
            {after}
            >>>""";

    static final String NEXT_SENTENCE = """
            Below stands the beginning of a text, then a sentence. Either the sentence comes next in the text, or it \
            was taken from somewhere else. Think about which it is. Then write the letter alone in \\boxed{}: A if the \
            sentence comes next, B if it does not.

            <<<TEXT
            {before}
            >>>
            <<<SENTENCE
            {after}
            >>>""";

    static final String MULTIPLE_CHOICE = """
            A text is cut off at some place. Below stands what there is of it, then several tokens, of which one comes \
            directly after the cut; each stands in quotation marks. Think about the text and weigh the tokens against \
            each other. Then write the letter of the right one alone in \\boxed{}.

            <<<TEXT
            {before}
            >>>
            <<<TOKENS
            {after}
            >>>""";

    private TaskInstructions() {}
}
