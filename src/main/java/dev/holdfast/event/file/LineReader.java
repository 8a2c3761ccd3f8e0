package dev.holdfast.event.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file, as bytes: ended by LF, CR LF or CR, mixed as they come. gzip is recognised
 * by its first bytes. A byte-order mark is dropped.
 */
final class LineReader implements AutoCloseable {

  /** Longest line; of a longer one the rest is dropped and the line is marked. */
  static final int MAX_LINE = 1024 * 1024;

  private static final int BUFFER = 64 * 1024;
  private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Path path;
  private final CountedStream counted;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private byte[] line = new byte[4096];
  private int length;
  private long number;
  private boolean tooLong;
  private boolean afterCarriageReturn;

  private LineReader(Path path, CountedStream counted, InputStream in) {
    this.path = path;
    this.counted = counted;
    this.in = in;
  }

  static LineReader open(Path path) {
    try {
      if (Files.isDirectory(path)) {
        throw new UnusableFile(path + " is a folder; name a file in it");
      }
      CountedStream counted = new CountedStream(Files.newInputStream(path));
      byte[] start = counted.peek();
      boolean gzip = start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
      if (start.length >= 2
          && ((start[0] == (byte) 0xFF && start[1] == (byte) 0xFE)
              || (start[0] == (byte) 0xFE && start[1] == (byte) 0xFF))) {
        counted.close();
        throw new UnusableFile(path + " is UTF-16; save it as UTF-8 or GB18030");
      }
      LineReader reader =
          new LineReader(path, counted, gzip ? new GZIPInputStream(counted, BUFFER) : counted);
      reader.fill();
      if (reader.limit >= 3 && Arrays.equals(reader.buffer, 0, 3, UTF8_MARK, 0, 3)) {
        reader.position = 3;
      }
      return reader;
    } catch (NoSuchFileException e) {
      throw new UnusableFile("there is no file " + path + "; check the path", e);
    } catch (EOFException | ZipException e) {
      throw new UnusableFile(path + " begins like gzip and is not; fetch it again", e);
    } catch (IOException e) {
      throw new UnusableFile(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Goes to the next line, which is then in {@link #bytes} up to {@link #length}.
   *
   * @return false at the end of the file
   * @throws UnusableFile if the file is damaged from here on
   */
  boolean next() {
    length = 0;
    tooLong = false;
    boolean any = false;
    try {
      while (true) {
        if (position == limit && !fill()) {
          if (any) {
            number++;
          }
          return any;
        }
        if (afterCarriageReturn) {
          afterCarriageReturn = false;
          if (buffer[position] == '\n') {
            position++;
            continue;
          }
        }
        any = true;
        int from = position;
        while (position < limit && buffer[position] != '\n' && buffer[position] != '\r') {
          position++;
        }
        append(from, position);
        if (position < limit) {
          afterCarriageReturn = buffer[position] == '\r';
          position++;
          number++;
          return true;
        }
      }
    } catch (EOFException | ZipException e) {
      throw new UnusableFile(
          path
              + " is damaged or cut off after line "
              + number
              + " ("
              + e.getMessage()
              + "); fetch it again and import it again, what was sent is recognised",
          e);
    } catch (IOException e) {
      throw new UnusableFile(
          path + " cannot be read after line " + number + ": " + e.getMessage(), e);
    }
  }

  /** The bytes of the line; only up to {@link #length}, and only until the next line is read. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  /** Number of the line, from 1. */
  long number() {
    return number;
  }

  boolean tooLong() {
    return tooLong;
  }

  /** Bytes of the file itself that have been read: compressed ones of a compressed file. */
  long bytesRead() {
    return counted.count;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UnusableFile(path + " cannot be closed: " + e.getMessage(), e);
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer, 0, BUFFER));
    return limit > 0;
  }

  private void append(int from, int to) {
    int more = Math.min(to - from, MAX_LINE - length);
    tooLong |= more < to - from;
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.min(MAX_LINE, Math.max(length + more, 2 * line.length)));
    }
    System.arraycopy(buffer, from, line, length, more);
    length += more;
  }

  /** Counts what is taken from the disk. */
  private static final class CountedStream extends InputStream {

    private final InputStream in;
    private long count;
    private byte @Nullable [] peeked;

    CountedStream(InputStream in) {
      this.in = in;
    }

    byte[] peek() throws IOException {
      byte[] start = in.readNBytes(2);
      peeked = start;
      return start;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
      byte[] start = peeked;
      int got;
      if (start != null && start.length > 0) {
        got = Math.min(wanted, start.length);
        System.arraycopy(start, 0, bytes, offset, got);
        peeked = got == start.length ? null : Arrays.copyOfRange(start, got, start.length);
      } else {
        got = in.read(bytes, offset, wanted);
      }
      if (got > 0) {
        count += got;
      }
      return got;
    }

    @Override
    public int available() throws IOException {
      // GZIPInputStream asks this at the end of a member to see whether another one follows.
      return in.available();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
