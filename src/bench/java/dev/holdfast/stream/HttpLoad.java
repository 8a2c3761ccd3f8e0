package dev.holdfast.stream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Asks one path after the other over kept connections with a client that costs little, since it
 * runs on the machine of the server. Every answer must be 200.
 */
final class HttpLoad {

  private final URI server;
  private final String authorization;

  HttpLoad(String address, String authorization) {
    this.server = URI.create(address);
    this.authorization = authorization;
  }

  /** Answers a second when each connection asks again as soon as it has its answer. */
  double closed(LongFunction<String> path, int connections, double seconds) throws Exception {
    AtomicLong next = new AtomicLong();
    long begun = System.nanoTime();
    long until = begun + (long) (seconds * 1e9);
    run(
        connections,
        connection -> {
          while (System.nanoTime() < until) {
            connection.get(path.apply(next.getAndIncrement()));
          }
        });
    return next.get() / ((System.nanoTime() - begun) / 1e9);
  }

  /**
   * Seconds from the instant at which each question was due to its answer, sorted: a slow answer
   * makes the questions behind it late, and that counts.
   *
   * @param rate questions a second, evenly spaced whatever the answers take
   */
  double[] open(LongFunction<String> path, int connections, double rate, double seconds)
      throws Exception {
    int questions = (int) (rate * seconds);
    double[] took = new double[questions];
    AtomicLong next = new AtomicLong();
    long begun = System.nanoTime();
    run(
        connections,
        connection -> {
          for (long i = next.getAndIncrement(); i < questions; i = next.getAndIncrement()) {
            long due = begun + (long) (i / rate * 1e9);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
              LockSupport.parkNanos(wait);
            }
            connection.get(path.apply(i));
            took[(int) i] = (System.nanoTime() - due) / 1e9;
          }
        });
    Arrays.sort(took);
    return took;
  }

  private interface Work {
    void on(Connection connection) throws IOException;
  }

  private void run(int connections, Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      Future<?>[] running = new Future<?>[connections];
      for (int i = 0; i < connections; i++) {
        running[i] =
            threads.submit(
                () -> {
                  try (Connection connection = new Connection()) {
                    work.on(connection);
                  }
                  return null;
                });
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private final class Connection implements AutoCloseable {

    private final Socket socket = new Socket();
    private final InputStream in;
    private final String headers;
    private final byte[] line = new byte[512];
    private byte[] body = new byte[4096];

    Connection() throws IOException {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
      in = new BufferedInputStream(socket.getInputStream(), 8192);
      headers =
          " HTTP/1.1\r\nHost: "
              + server.getAuthority()
              + "\r\nAuthorization: "
              + authorization
              + "\r\n\r\n";
    }

    void get(String path) throws IOException {
      socket
          .getOutputStream()
          .write(("GET " + path + headers).getBytes(StandardCharsets.ISO_8859_1));
      String status = line();
      int length = 0;
      for (String header = line(); !header.isEmpty(); header = line()) {
        if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
          length = Integer.parseInt(header.substring(15).strip());
        }
      }
      if (body.length < length) {
        body = new byte[length];
      }
      if (in.readNBytes(body, 0, length) < length) {
        throw new IOException("the answer ended early");
      }
      if (!status.startsWith("HTTP/1.1 200")) {
        throw new IOException(
            path + ": " + status + " " + new String(body, 0, length, StandardCharsets.UTF_8));
      }
    }

    private String line() throws IOException {
      int length = 0;
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the connection was closed");
        }
        if (length < line.length) {
          line[length++] = (byte) c;
        }
      }
      return new String(line, 0, Math.max(0, length - 1), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
