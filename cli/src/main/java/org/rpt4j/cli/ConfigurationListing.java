package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.List;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.directory.Setting;

/** The effective configuration as a table. */
final class ConfigurationListing {

    private ConfigurationListing() {}

    static void print(RunConfiguration configuration, PrintWriter out) {
        List<Setting> settings = configuration.settings();
        int width = settings.stream()
                .mapToInt(setting -> line(setting).length())
                .max()
                .orElse(1);
        for (Setting setting : settings) {
            out.println(line(setting) + " ".repeat(width - line(setting).length()) + "  # " + setting.source());
        }
        configuration.notes().forEach(note -> out.println("# note: " + note));
    }

    private static String line(Setting setting) {
        return setting.name() + " = " + setting.value().replace("\n", "\\n");
    }
}
