package dev.holdfast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.holdfast.campaign.CallLists.Call;
import dev.holdfast.campaign.CallLists.CallList;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallListCsvTest {

  private static final Instant NOW = Instant.parse("2026-05-04T09:00:00Z");

  @Test
  void chineseAndPhonesSurviveASpreadsheet() {
    String file = CallListCsv.of(list("王小明", "+8613800138000"));

    assertThat(file).startsWith("\uFEFF");
    CsvRecord row = CsvReader.builder().ofCsvRecord(file.substring(1)).stream().toList().get(1);
    assertThat(row.getField(3)).isEqualTo("王小明");
    assertThat(row.getField(4)).isEqualTo("'+8613800138000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"})
  void noTextRunsAsAFormula(String hostile) {
    String file = CallListCsv.of(list(hostile, "+8613800138000"));

    CsvRecord row = CsvReader.builder().ofCsvRecord(file.substring(1)).stream().toList().get(1);
    assertThat(row.getField(3)).isEqualTo("'" + hostile);
  }

  private static CallList list(String name, String phone) {
    Call call =
        new Call(
            1,
            7,
            "crm:1",
            name,
            phone,
            0.71,
            36.3,
            List.of("no use for 12 days"),
            "Asia/Shanghai",
            NOW);
    return new CallList(1, "spring", NOW, List.of(call), 480, 8, 1, Map.of());
  }
}
