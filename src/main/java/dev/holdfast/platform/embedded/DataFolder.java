package dev.holdfast.platform.embedded;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds everything a single-machine deployment keeps: the database, the broker's
 * log, the generated password. One process owns it at a time, by a file lock that the operating
 * system drops when the process dies; the file {@code holdfast.lock} beside it tells commands where
 * the owner's parts listen.
 */
public final class DataFolder implements AutoCloseable {

  private static final String OWNER_FILE = "holdfast.lock";
  private static final String LOCK_FILE = "in-use";
  private static final String PASSWORD_FILE = "database.password";
  private static final long NEEDED_BYTES = 1_500L * 1024 * 1024;
  private static final int PASSWORD_BYTES = 24;
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  /**
   * Who owns the folder, as written to {@code holdfast.lock}.
   *
   * @param pid process id
   * @param command what it runs, e.g. {@code serve}
   * @param service true if it runs the stream and serves until it is stopped
   * @param database port of its embedded MariaDB on loopback, 0 if it has none
   * @param broker port of its embedded Kafka on loopback, 0 if it has none
   * @param http port of its HTTP server, 0 if not yet open
   */
  public record Owner(
      long pid, String command, boolean service, int database, int broker, int http) {

    boolean alive() {
      return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    Owner withHttp(int port) {
      return new Owner(pid, command, service, database, broker, port);
    }
  }

  private final Path path;
  private final FileChannel channel;

  private DataFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes this process the owner of the folder, which is created if it is missing.
   *
   * @return empty if another process owns it
   * @throws PartsUnavailable if the folder cannot be written or its disk is nearly full
   */
  public static Optional<DataFolder> tryOwn(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    FileChannel channel;
    try {
      Files.createDirectories(folder);
      channel =
          FileChannel.open(
              folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new PartsUnavailable(
          "The data folder "
              + folder
              + " cannot be written ("
              + e.getClass().getSimpleName()
              + "). Make it writable, or choose another with --home or HOLDFAST_HOME.",
          e);
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      requireSpace(folder);
      Files.deleteIfExists(folder.resolve(OWNER_FILE));
      return Optional.of(new DataFolder(folder, channel));
    } catch (OverlappingFileLockException inThisProcess) {
      // Closing the channel would drop the lock that this process already holds (POSIX locks
      // belong to the process), so the descriptor stays open.
      return Optional.empty();
    } catch (IOException e) {
      throw new PartsUnavailable("The data folder " + folder + " cannot be locked.", e);
    } catch (PartsUnavailable e) {
      closeQuietly(channel);
      throw e;
    }
  }

  /** What the owner of {@code path} wrote about itself; empty while it starts or if nobody owns. */
  public static Optional<Owner> ownerOf(Path path) {
    Path file = path.toAbsolutePath().normalize().resolve(OWNER_FILE);
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), Owner.class))
          .filter(Owner::alive);
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }

  /** The folder, absolute. */
  public Path path() {
    return path;
  }

  /** Tells commands where the parts listen. */
  public void announce(Owner owner) {
    try {
      Path draft = path.resolve(OWNER_FILE + ".new");
      Files.write(draft, JSON.writeValueAsBytes(owner));
      Files.move(draft, path.resolve(OWNER_FILE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new PartsUnavailable("The data folder " + path + " cannot be written.", e);
    }
  }

  /**
   * The generated password of the embedded database, made at the first call, readable by us only.
   */
  String databasePassword() {
    try {
      Path file = path.resolve(PASSWORD_FILE);
      if (Files.exists(file)) {
        return Files.readString(file).strip();
      }
      byte[] random = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(random);
      String password = HexFormat.of().formatHex(random);
      writePrivately(file, password);
      return password;
    } catch (IOException e) {
      throw new PartsUnavailable("The data folder " + path + " cannot be written.", e);
    }
  }

  /** The password that the owner of {@code path} uses. */
  static String databasePasswordOf(Path path) {
    try {
      return Files.readString(path.toAbsolutePath().normalize().resolve(PASSWORD_FILE)).strip();
    } catch (IOException e) {
      throw new PartsUnavailable(
          "The database password in " + path + " cannot be read; run as the user who started it.",
          e);
    }
  }

  /** Writes {@code content} to {@code file}, never readable by others, all or nothing. */
  static void writePrivately(Path file, String content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, content);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(path.resolve(OWNER_FILE));
    } catch (IOException left) {
      // A stale file is recognised by its process id.
    }
    closeQuietly(channel);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // The operating system closes it when the process ends.
    }
  }

  private static void requireSpace(Path folder) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < NEEDED_BYTES) {
      throw new PartsUnavailable(
          "The disk of the data folder "
              + folder
              + " has "
              + free / (1024 * 1024)
              + " MB free; at least "
              + NEEDED_BYTES / (1024 * 1024)
              + " MB are needed. Free some, or choose another with --home or HOLDFAST_HOME.");
    }
  }
}
