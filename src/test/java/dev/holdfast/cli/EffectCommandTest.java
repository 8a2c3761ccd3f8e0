package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.ModelRegistry;
import dev.holdfast.testsupport.TestModel;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@QuarkusTest
class EffectCommandTest {

  @Inject DataSource database;
  @Inject ModelRegistry models;
  @Inject ObjectMapper json;
  @Inject CommandLine.IFactory beans;

  private final String campaign = "quiet " + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void aCampaignOfWhichNothingIsKnown() throws SQLException {
    TestModel.promote(models);
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO campaign (name, state, enter_threshold, leave_threshold,"
                    + " hold_out_share, cool_down_days, capacity_minutes, intake, customer_value,"
                    + " offer_cost, contact_cost, minutes_per_call, salt, run, created_at,"
                    + " created_by) VALUES (?, 'ended', 0.6, 0.5, 0.2, 30, 480, 50, 200, 10, 1, 8,"
                    + " UNHEX('000102030405060708090A0B0C0D0E0F'), 1, '2026-03-01', 'test')")) {
      insert.setString(1, campaign);
      insert.executeUpdate();
    }
  }

  @Test
  void aCampaignWithoutPartiesIsNotYetKnown() throws IOException {
    CommandRun one = run("effect", campaign);
    CommandRun asJson = run("effect", campaign, "--json");
    CommandRun all = run("effect");
    CommandRun calls = run("effect", "calls", campaign);

    assertThat(one.code()).isZero();
    assertThat(one.out()).contains(campaign + ", run 1").contains("not yet known, and no date");
    assertThat(json.readTree(asJson.out()).at("/measurement/verdict/kind").asText())
        .isEqualTo("not-yet-known");
    assertThat(all.out()).contains(campaign);
    assertThat(calls.out()).contains("reached somebody: 0 of 0").contains("association");
  }

  @Test
  void whatIsNotThereIsRefusedInWords(@TempDir Path folder) throws IOException {
    CommandRun unknown = run("effect", "no such campaign");
    Path file = Files.writeString(folder.resolve("names.txt"), "# a list\nnobody:1\n");
    CommandRun nobody = run("effect", "aa", "--customers", file);
    CommandRun share = run("effect", "aa", "--share", 1);

    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("There is no campaign \"no such campaign\"");
    assertThat(nobody.code()).isEqualTo(1);
    assertThat(nobody.err()).contains("There is no customer nobody:1");
    assertThat(share.code()).isEqualTo(2);
    assertThat(share.err()).contains("the share must be in (0, 1), was 1.0");
  }

  private CommandRun run(Object... arguments) {
    return CommandRun.of(new CommandLine(HoldfastCommand.class, beans), arguments);
  }
}
