package org.rpt4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

    @ParameterizedTest
    @CsvSource({
        "cpu,CPU,0,cpu",
        "' CPU ',CPU,0,cpu",
        "cuda,CUDA,0,cuda:0",
        "Cuda:7,CUDA,7,cuda:7",
        "cuda:999,CUDA,999,cuda:999"
    })
    void namesAreRead(String text, Device.Kind kind, int index, String name) {
        assertThat(Device.parse(text)).isEqualTo(new Device(kind, index)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:1000", "cuda:x", "cpu:0", "cuda: 1"})
    void otherTextIsRefusedWithWhatIsAccepted(String text) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"" + text + "\" is not a device. Use cpu, cuda or cuda:N.");
    }

    @Test
    void anImpossibleIndexIsRefused() {
        assertThatThrownBy(() -> Device.cuda(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("index is -1 for device kind CUDA");
        assertThatThrownBy(() -> new Device(Device.Kind.CPU, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("index is 1 for device kind CPU");
    }
}
