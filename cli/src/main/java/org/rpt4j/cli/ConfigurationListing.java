package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.List;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.directory.RecordedSetting;

/** The effective configuration as a table. */
final class ConfigurationListing {

    private ConfigurationListing() {}

    static void print(RunConfiguration configuration, PrintWriter out) {
        List<RecordedSetting> settings = configuration.settings();
        int width = settings.stream()
                .mapToInt(setting -> line(setting).length())
                .max()
                .orElse(1);
        for (RecordedSetting setting : settings) {
            out.println(line(setting) + " ".repeat(width - line(setting).length()) + "  # " + setting.origin());
        }
        configuration.notes().forEach(note -> out.println("# note: " + note));
    }

    private static String line(RecordedSetting setting) {
        return setting.name() + " = " + setting.value().replace("\n", "\\n");
    }
}
