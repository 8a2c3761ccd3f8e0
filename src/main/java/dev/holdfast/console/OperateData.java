package dev.holdfast.console;

import dev.holdfast.access.ApiKeys.KeyView;
import dev.holdfast.access.ApiKeys.NewKey;
import dev.holdfast.access.Audit;
import dev.holdfast.access.Users.User;
import dev.holdfast.event.QuarantineResource.MessageView;
import dev.holdfast.event.Source;
import dev.holdfast.event.file.ImportRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the pages of those who run the service show. */
public final class OperateData {

  private OperateData() {}

  /**
   * What came in.
   *
   * @param putAside the newest messages that were
   * @param next how many to skip for the next of them; null if there are no more
   * @param problem what went wrong with the step before; null if nothing did
   */
  public record Intake(
      List<Source> sources,
      List<MessageView> putAside,
      @Nullable Integer next,
      @Nullable String problem) {}

  /**
   * Files that are or were imported.
   *
   * @param older where the older ones begin; null if there are none
   * @param live where the page listens for changes
   */
  public record Imports(List<Import> runs, @Nullable Long older, String live) {}

  /**
   * A file that is or was imported.
   *
   * @param refused rows that the map does not take and messages that were put aside
   * @param length of its bytes, in words
   * @param took from its beginning to its end, or until it was last heard of, in words
   * @param left how long it will still read, in words; null unless that can be said
   */
  public record Import(
      ImportRun run,
      String tone,
      long refused,
      String length,
      String took,
      @Nullable String left) {}

  /**
   * Who may enter.
   *
   * @param made a new key, shown this once; null if none was made
   * @param problem what went wrong with the step before; null if nothing did
   */
  public record People(
      List<User> users,
      List<KeyView> keys,
      List<String> roles,
      @Nullable NewKey made,
      @Nullable String problem) {}

  /**
   * What people changed.
   *
   * @param next where the older ones begin; null if there are none
   */
  public record Trail(List<Audit.Entry> entries, @Nullable Long next) {}

  /** What is configured. */
  public record Configured(List<Setting> settings) {}

  /**
   * A setting.
   *
   * @param value null if it is a secret
   * @param source where it comes from
   */
  public record Setting(String name, @Nullable String value, String source) {}
}
