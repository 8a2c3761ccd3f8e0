package dev.holdfast.platform;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Problems that the framework causes, in our words, and what their causes tell. */
public final class Failures {

  /** The database does not answer. */
  static final Supplier<Problem> DATABASE_AWAY =
      () ->
          Problem.unavailable(
              "The database does not answer. Nothing was changed; try again.",
              Duration.ofSeconds(5));

  /** Two wanted the same rows again and again. */
  static final Supplier<Problem> CONFLICT =
      () ->
          Problem.unavailable(
              "Others changed the same at the same time. Nothing was changed; try again.",
              Duration.ofSeconds(1));

  private static final int DEADLOCK = 1213;
  private static final int LOCK_WAIT = 1205;
  private static final int CHANGED_MEANWHILE = 1020;

  private Failures() {}

  /** What we say to {@code status} when nobody gave a better reason. */
  static Problem standard(int status) {
    return switch (status) {
      case 400 -> Problem.badRequest("The request cannot be understood.");
      case 401 ->
          Problem.of(
              401,
              "Unauthorized",
              "Valid credentials are needed: a user's name and password, or an API key.");
      case 403 -> Problem.of(403, "Forbidden", "The caller's roles do not allow this.");
      case 404 -> Problem.notFound("There is nothing at this address.");
      case 405 -> Problem.of(405, "Method Not Allowed", "This address does not take this method.");
      case 406 ->
          Problem.of(406, "Not Acceptable", "This address has no answer of the accepted types.");
      case 413 -> Problem.tooLarge("The request is larger than this address takes.");
      case 414 -> Problem.of(414, "URI Too Long", "The address is too long.");
      case 415 ->
          Problem.of(
              415, "Unsupported Media Type", "This address does not take this content type.");
      case 429 -> Problem.of(429, "Too Many Requests", "Too many requests; slow down.");
      case 503 -> Problem.of(503, "Service Unavailable", "The service is not ready; try again.");
      default ->
          status < 500
              ? Problem.of(status, "Refused", "The request was refused.")
              : Problem.of(
                  status, "Internal Server Error", "Something went wrong here; it was logged.");
    };
  }

  /** True if {@code failure} comes from a connection that could not be had or broke. */
  public static boolean databaseIsAway(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientConnectionException
          || cause instanceof SQLNonTransientConnectionException) {
        return true;
      }
      if (cause instanceof SQLException sql
          && String.valueOf(sql.getMessage()).contains("Acquisition timeout")) {
        return true;
      }
    }
    return false;
  }

  /** True if whoever asked has closed the connection, so that nobody hears the answer. */
  static boolean callerIsGone(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException || cause instanceof AsynchronousCloseException) {
        // A connection or file of our own.
        return false;
      }
      if (cause instanceof ClosedChannelException) {
        return true;
      }
    }
    return false;
  }

  /** True if two transactions wanted the same rows and this one gave way; nothing is wrong. */
  public static boolean isConflict(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refused
          && (refused.getErrorCode() == DEADLOCK
              || refused.getErrorCode() == LOCK_WAIT
              || refused.getErrorCode() == CHANGED_MEANWHILE
              || "40001".equals(refused.getSQLState()))) {
        return true;
      }
    }
    return false;
  }
}
