package org.rpt4j.samples.stories;

import java.util.List;

/** The closed word lists of the stories; every noun forms its plural with an s. */
final class Lexicon {

    static final List<String> NAMES =
            List.of("Mara", "Otto", "Lena", "Omar", "Pia", "Ravi", "Ivo", "Nora", "Hugo", "Ada", "Emil", "Tara");
    static final List<String> FRUITS =
            List.of("plum", "apple", "pear", "nut", "fig", "cake", "bun", "lemon", "carrot", "melon");
    static final List<String> GOODS = List.of("egg", "bead", "candle", "pencil", "cup", "button", "stamp", "shell");
    static final List<String> CONTAINERS = List.of("bag", "basket", "jar", "tray", "crate", "tin");
    static final List<String> TREASURES =
            List.of("key", "lamp", "drum", "bell", "ring", "book", "rope", "map", "flute", "kite", "hat", "clock");
    static final List<String> EVENTS = List.of(
            "fair", "play", "race", "feast", "concert", "match", "parade", "wedding", "dance", "picnic", "trip",
            "contest");
    static final List<String> WEATHERS =
            List.of("sunny", "rainy", "cloudy", "windy", "foggy", "snowy", "warm", "cold", "mild", "dry");
    static final List<String> COLOURS =
            List.of("red", "blue", "green", "yellow", "white", "black", "brown", "grey", "pink", "purple");
    static final List<String> ANIMALS =
            List.of("cat", "dog", "goat", "hen", "horse", "fox", "swan", "duck", "mouse", "rabbit", "crow", "sheep");
    static final List<String> MEALS =
            List.of("soup", "bread", "rice", "cheese", "fish", "stew", "salad", "porridge", "pasta", "pie");

    private Lexicon() {}

    /** Returns the noun in singular or plural, to match the count. */
    static String counted(int count, String noun) {
        return count == 1 ? noun : noun + "s";
    }
}
