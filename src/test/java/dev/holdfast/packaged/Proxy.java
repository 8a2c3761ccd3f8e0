package dev.holdfast.packaged;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * The network between a client and a server on loopback: it can be slow, and the server behind it
 * can be another one for the next connection.
 */
final class Proxy implements AutoCloseable {

  private static final int BUFFER = 64 * 1024;

  private final ServerSocket listener;
  private final IntSupplier target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Duration delay = Duration.ZERO;

  /**
   * Listens on a free port.
   *
   * @param target the port that a new connection leads to, 0 for none: it is closed at once
   */
  Proxy(IntSupplier target) throws IOException {
    this.listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    this.target = target;
    daemon(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on each message of a client takes this long to arrive. */
  void slowDown(Duration perRoundTrip) {
    delay = perRoundTrip;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException ended) {
        // By close(), or by a client that has gone already.
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    int port = target.getAsInt();
    try {
      if (port == 0) {
        throw new IOException("nobody is behind");
      }
      Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
      open.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      daemon(() -> pump(client, server, true));
      daemon(() -> pump(server, client, false));
    } catch (IOException away) {
      end(client);
    }
  }

  private void pump(Socket from, Socket to, boolean delayed) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (delayed) {
          LockSupport.parkNanos(delay.toNanos());
        }
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException ended) {
      // Below, for both ways.
    } finally {
      end(from);
      end(to);
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException already) {
      // Closed is what was wanted.
    }
  }

  private static void daemon(Runnable work) {
    var thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Set.copyOf(open).forEach(this::end);
  }
}
