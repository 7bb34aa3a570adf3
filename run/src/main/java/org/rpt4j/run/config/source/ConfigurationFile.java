package org.rpt4j.run.config.source;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.model.format.PlainFiles;

/** A configuration file in UTF-8; its file extension determines the format. */
public final class ConfigurationFile {

    private static final int MOST_BYTES = 1 << 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private ConfigurationFile() {}

    /**
     * Reads {@code .properties}, {@code .yaml}, {@code .yml} or {@code .json}.
     *
     * @throws ConfigurationException if the file cannot be read, is larger than 1 MiB, or is malformed; the message
     *     names the line
     */
    public static List<Given> read(Path file) {
        String name = String.valueOf(file.getFileName());
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        FileValues values = new FileValues(name);
        switch (extension) {
            case "properties" -> PropertiesFormat.read(text(file), values);
            case "yaml", "yml" -> readYaml(text(file), values);
            case "json" -> JsonFormat.read(text(file), values);
            default ->
                throw new ConfigurationException(List.of("Configuration " + file + " has an unknown format. Name"
                        + " it .properties, .yaml, .yml or .json."));
        }
        return values.all();
    }

    private static void readYaml(String text, FileValues values) {
        try {
            YamlFormat.read(text, values);
        } catch (NoClassDefFoundError e) {
            throw new ConfigurationException(
                    List.of(values.file() + " is YAML, which needs org.yaml:snakeyaml on the class path. Add it,"
                            + " or use properties or JSON."),
                    e);
        }
    }

    private static String text(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ConfigurationException(List.of("Configuration " + file.toAbsolutePath()
                        + " does not exist or is not a file. Check the path."));
            }
            String text = PlainFiles.readText(file, MOST_BYTES);
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(
                    List.of("Configuration " + file + " is not valid UTF-8. Convert the file to UTF-8."), e);
        } catch (IOException e) {
            throw new ConfigurationException(List.of("Configuration " + file + " cannot be read: " + e), e);
        }
    }
}
