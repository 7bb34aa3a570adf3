package org.rpt4j.run.directory;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import org.rpt4j.core.eval.EvaluationReport;

/**
 * Writes records as JSON; {@link RecordReader} reads them. A number that is not finite is {@code null}, which every
 * reader of JSON understands.
 */
final class RecordJson {

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(double.class, new FiniteOrNull())
                    .addSerializer(Double.class, new FiniteOrNull())
                    .addSerializer(EvaluationReport.class, new ReportWriter()))
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
}
