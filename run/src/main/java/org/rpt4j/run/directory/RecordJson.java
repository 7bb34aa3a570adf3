package org.rpt4j.run.directory;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rpt4j.core.eval.EvaluationReport;

/** Records as JSON. A number that is not finite is {@code null}, which every reader of JSON understands. */
final class RecordJson {

    private static final JsonMapper PRESENT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .addModule(new SimpleModule()
                    .addSerializer(double.class, new FiniteOrNull())
                    .addSerializer(Double.class, new FiniteOrNull())
                    .addDeserializer(double.class, new NullIsNaN())
                    .addSerializer(EvaluationReport.class, new ReportWriter())
                    .addDeserializer(EvaluationReport.class, new ReportReader()))
            .build();

    static final ObjectMapper MAPPER = PRESENT.rebuild()
            .addModule(new SimpleModule("older runs")
                    .addDeserializer(EventRecord.class, new EventReader())
                    .addDeserializer(RecordedSetting.class, new SettingReader()))
            .build();

    private RecordJson() {}

    private static final class FiniteOrNull extends StdSerializer<Double> {
        private static final long serialVersionUID = 1;

        FiniteOrNull() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                json.writeNumber(value);
            } else {
                json.writeNull();
            }
        }
    }

    private static final class NullIsNaN extends StdDeserializer<Double> {
        private static final long serialVersionUID = 1;

        NullIsNaN() {
            super(double.class);
        }

        @Override
        public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return json.getDoubleValue();
        }

        @Override
        public Double getNullValue(DeserializationContext context) {
            return Double.NaN;
        }
    }

    private static final class ReportWriter extends StdSerializer<EvaluationReport> {
        private static final long serialVersionUID = 1;

        ReportWriter() {
            super(EvaluationReport.class);
        }

        @Override
        public void serialize(EvaluationReport report, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeTree(MAPPER.readTree(report.toJson()));
        }
    }

    /** Reads events with a message, and those of older runs, which have none. */
    private static final class EventReader extends StdDeserializer<EventRecord> {
        private static final long serialVersionUID = 1;

        EventReader() {
            super(EventRecord.class);
        }

        @Override
        public EventRecord deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JsonNode line = PRESENT.readTree(json);
            if (!(line instanceof ObjectNode event)) {
                throw new IOException("an event is an object, this is " + line.getNodeType());
            }
            if (!event.has("message")) {
                event.put("message", "");
            }
            return PRESENT.treeToValue(event, EventRecord.class);
        }
    }

    /** Reads settings with a status, and those of older runs, whose source tells it. */
    private static final class SettingReader extends StdDeserializer<RecordedSetting> {
        private static final long serialVersionUID = 1;
        private static final Pattern FROM = Pattern.compile("from ([a-z0-9-]+\\.[a-z0-9-]+)");

        SettingReader() {
            super(RecordedSetting.class);
        }

        @Override
        public RecordedSetting deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JsonNode setting = PRESENT.readTree(json);
            if (setting.has("status")) {
                return PRESENT.treeToValue(setting, RecordedSetting.class);
            }
            OlderSetting older = PRESENT.treeToValue(setting, OlderSetting.class);
            Matcher from = FROM.matcher(older.source());
            if (from.matches()) {
                return RecordedSetting.derived(older.name(), older.value(), from.group(1));
            }
            return older.source().equals("default")
                    ? RecordedSetting.byDefault(older.name(), older.value())
                    : RecordedSetting.given(older.name(), older.value(), older.source());
        }

        private record OlderSetting(String name, String value, String source) {}
    }

    private static final class ReportReader extends StdDeserializer<EvaluationReport> {
        private static final long serialVersionUID = 1;

        ReportReader() {
            super(EvaluationReport.class);
        }

        @Override
        public EvaluationReport deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return EvaluationReport.parse(json.readValueAsTree().toString());
        }
    }
}
