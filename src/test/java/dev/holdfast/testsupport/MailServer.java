package dev.holdfast.testsupport;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A mail server on loopback that speaks as much SMTP as a sender needs, and keeps each message that
 * it took as a file: the recipient in the first line, then head and body. Recipients {@code
 * refused-...} it refuses for good; those of {@code later-...} it puts off until {@link #open}, and
 * about those of {@code slow-...} it never says a word. After {@link #refuseUs} it takes nothing
 * from anybody.
 */
public class MailServer implements QuarkusTestResourceLifecycleManager {

  private static final Logger LOG = Logger.getLogger(MailServer.class);
  private static final Path TAKEN = Path.of("target", "test-mail");
  private static final Path OPEN = TAKEN.resolve("open");
  private static final Path CLOSED = TAKEN.resolve("closed");
  private static final Path HUNG_UP = TAKEN.resolve("hung-up");

  private final AtomicInteger taken = new AtomicInteger();
  private final Map<String, String> settings = new TreeMap<>();
  private volatile @Nullable ServerSocket server;

  /** Arguments are settings of the service under test. */
  @Override
  public void init(Map<String, String> arguments) {
    settings.putAll(arguments);
  }

  @Override
  public Map<String, String> start() {
    try {
      forget();
      ServerSocket opened = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      server = opened;
      Thread listener = new Thread(() -> listen(opened), "mail-server");
      listener.setDaemon(true);
      listener.start();
      settings.put("holdfast.mail.host", "127.0.0.1");
      settings.put("holdfast.mail.port", Integer.toString(opened.getLocalPort()));
      settings.put("holdfast.mail.from", "holdfast@service.example");
      settings.put("holdfast.mail.start-tls", "DISABLED");
      // Where no name service answers, asking it for our name takes longer than the patience.
      settings.put("holdfast.mail.greeting", "holdfast.example");
      return settings;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void stop() {
    ServerSocket opened = server;
    if (opened == null) {
      return;
    }
    try {
      opened.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The messages taken since {@link #forget}, oldest first. */
  public static List<String> taken() throws IOException {
    try (Stream<Path> files = Files.list(TAKEN)) {
      List<String> messages = new ArrayList<>();
      for (Path file : files.filter(one -> one.toString().endsWith(".eml")).sorted().toList()) {
        messages.add(Files.readString(file));
      }
      return messages;
    }
  }

  /** True if a client who got no word has closed its connection since {@link #forget}. */
  public static boolean hungUp() {
    return Files.exists(HUNG_UP);
  }

  /** Throws away what was taken, and puts off again. */
  public static void forget() throws IOException {
    Files.createDirectories(TAKEN);
    try (Stream<Path> files = Files.list(TAKEN)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /** Takes what it has put off, from the next attempt on. */
  public static void open() throws IOException {
    Files.deleteIfExists(CLOSED);
    Files.writeString(OPEN, "");
  }

  /** Refuses the sender for good, until {@link #open} or {@link #forget}. */
  public static void refuseUs() throws IOException {
    Files.writeString(CLOSED, "");
  }

  /** Each client has a thread of its own: one who gets no word holds up nobody else. */
  private void listen(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket client = opened.accept();
        Thread talk = new Thread(() -> talk(client), "mail-server-client");
        talk.setDaemon(true);
        talk.start();
      } catch (IOException over) {
        // The server stops.
        continue;
      }
    }
  }

  private void talk(Socket client) {
    AtomicBoolean silent = new AtomicBoolean();
    try (client) {
      serve(client, silent);
    } catch (IOException over) {
      LOG.debugf("the client went away: %s", over.getMessage());
    }
    if (silent.get()) {
      note(HUNG_UP);
    }
  }

  private static void note(Path what) {
    try {
      Files.writeString(what, "");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void serve(Socket client, AtomicBoolean silent) throws IOException {
    var in =
        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    var out = new PrintWriter(client.getOutputStream(), false, StandardCharsets.UTF_8);
    say(out, "220 test mail server");
    String recipient = "";
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String verb = line.length() < 4 ? line : line.substring(0, 4).toUpperCase(Locale.ROOT);
      switch (verb) {
        case "EHLO", "HELO" -> say(out, "250 test mail server");
        case "MAIL" -> say(out, Files.exists(CLOSED) ? "550 we do not know this sender" : "250 ok");
        case "RCPT" -> {
          recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
          if (recipient.startsWith("slow-")) {
            silent.set(true);
            continue;
          }
          say(
              out,
              recipient.startsWith("refused-")
                  ? "550 no such mailbox"
                  : recipient.startsWith("later-") && !Files.exists(OPEN)
                      ? "451 come back later"
                      : "250 ok");
        }
        case "DATA" -> {
          say(out, "354 go on");
          keep(recipient, in);
          say(out, "250 taken");
        }
        case "QUIT" -> {
          say(out, "221 bye");
          return;
        }
        default -> say(out, "250 ok");
      }
    }
  }

  private void keep(String recipient, BufferedReader in) throws IOException {
    StringBuilder message = new StringBuilder(recipient).append('\n');
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      message.append(line).append('\n');
    }
    Path file = TAKEN.resolve(String.format("%04d.eml", taken.incrementAndGet()));
    Files.writeString(file, message);
  }

  private static void say(PrintWriter out, String line) {
    out.print(line + "\r\n");
    out.flush();
  }
}
