package org.rpt4j.bench.suite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rpt4j.core.corpus.Row;

/** Rows for tests, one per map. */
public final class Rows {

    private Rows() {}

    /** A row with these names and values in turn; a value of null is there and null. */
    public static Map<String, Object> row(Object... fields) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            row.put((String) fields[i], fields[i + 1]);
        }
        return row;
    }

    /** A question of MMLU-Pro. */
    public static Map<String, Object> mmluPro(long id, String answer, String category) {
        return row(
                "question_id",
                id,
                "question",
                "Which tree " + id + "?",
                "options",
                List.of("an oak", "an ash", "an elm"),
                "answer",
                answer,
                "answer_index",
                (long) (answer.charAt(0) - 'A'),
                "cot_content",
                "A: Let's think step by step. It is tree " + id + ". The answer is (" + answer + ").",
                "category",
                category,
                "src",
                "made up");
    }

    /** The questions of rows. */
    @SafeVarargs
    public static QuestionFile questions(Suite suite, Map<String, Object>... rows) {
        return QuestionFile.read(suite, list(rows), 0, false);
    }

    @SafeVarargs
    static List<Row> list(Map<String, Object>... rows) {
        List<Row> list = new ArrayList<>();
        for (Map<String, Object> row : rows) {
            int number = list.size() + 1;
            list.add(new Row("test.jsonl", number, "test.jsonl, line " + number, row));
        }
        return list;
    }
}
