package org.rpt4j.core.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of the scoring of a corpus, so that several processes share the work. Blocks of documents are dealt to the
 * shards in turn.
 *
 * @param number which one, from 1
 * @param count number of shards
 * @since 0.1.0
 */
public record Shard(int number, int count) {

    /** The whole corpus. */
    public static final Shard WHOLE = new Shard(1, 1);

    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,3})/([1-9][0-9]{0,3})");

    public Shard {
        if (count < 1 || number < 1 || number > count) {
            throw new IllegalArgumentException("shard is " + number + "/" + count
                    + ", must be a number from 1, a slash and how many shards there are, such as 2/4");
        }
    }

    /**
     * Reads {@code 2/4} as the second of four.
     *
     * @throws IllegalArgumentException if it is not two numbers of at most four digits like that
     */
    public static Shard parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("shard is \"" + text
                    + "\", must be a number from 1, a slash and how many shards there are, such as 2/4");
        }
        return new Shard(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    /** Whether it is the only one. */
    @JsonIgnore
    public boolean isWhole() {
        return count == 1;
    }

    /** Whether a block of the corpus, numbered from 0, belongs to this shard. */
    public boolean has(long block) {
        return block % count == number - 1;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return number + "/" + count;
    }
}
