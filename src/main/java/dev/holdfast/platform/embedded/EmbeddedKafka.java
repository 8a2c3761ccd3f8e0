package dev.holdfast.platform.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka node in this process, broker and controller in one, listening on loopback; its log is
 * under the data folder.
 */
public final class EmbeddedKafka implements AutoCloseable {

  private static final int NODE = 1;

  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedKafka(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts the broker on a free port, formatting its storage first if it is new.
   *
   * @throws PartsUnavailable if it does not start
   */
  public static EmbeddedKafka start(DataFolder folder) {
    return start(folder, Ports.free(1)[0]);
  }

  /**
   * Starts the broker on a port that its clients know, for example that of the one before it.
   *
   * @throws PartsUnavailable if it does not start
   */
  public static EmbeddedKafka start(DataFolder folder, int port) {
    Path home = folder.path().resolve("kafka");
    Path log = home.resolve("log");
    try {
      Files.createDirectories(log);
      format(home, log);
      int controllerPort = Ports.free(1)[0];
      var server = new KafkaRaftServer(configuration(log, port, controllerPort), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, port);
    } catch (Exception e) {
      throw new PartsUnavailable(
          "The embedded Kafka broker cannot be started in " + home + ": " + e.getMessage(), e);
    }
  }

  /** Its port on loopback. */
  public int port() {
    return port;
  }

  /** Stops the broker cleanly. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path home, Path log) throws Exception {
    Path clusterFile = home.resolve("cluster.id");
    if (!Files.exists(clusterFile)) {
      DataFolder.writePrivately(clusterFile, Uuid.randomUuid().toString());
    }
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(NODE)
        .setClusterId(Files.readString(clusterFile).strip())
        .setDirectories(List.of(log.toString()))
        .setMetadataLogDirectory(log.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setIgnoreFormatted(true)
        .run();
  }

  private static KafkaConfig configuration(Path log, int port, int controllerPort)
      throws IOException {
    var properties = new Properties();
    properties.setProperty("process.roles", "broker,controller");
    properties.setProperty("node.id", Integer.toString(NODE));
    properties.setProperty("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    properties.setProperty(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    properties.setProperty(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.setProperty("inter.broker.listener.name", "PLAINTEXT");
    properties.setProperty("controller.listener.names", "CONTROLLER");
    properties.setProperty("log.dirs", log.toString());
    properties.setProperty("auto.create.topics.enable", "false");
    properties.setProperty("offsets.topic.replication.factor", "1");
    properties.setProperty("offsets.topic.num.partitions", "4");
    properties.setProperty("transaction.state.log.replication.factor", "1");
    properties.setProperty("transaction.state.log.min.isr", "1");
    properties.setProperty("transaction.state.log.num.partitions", "1");
    properties.setProperty("group.initial.rebalance.delay.ms", "0");
    // The defaults make a start after a kill wait nine seconds for the dead broker's session.
    properties.setProperty("broker.session.timeout.ms", "1500");
    properties.setProperty("broker.heartbeat.interval.ms", "300");
    properties.setProperty("num.network.threads", "2");
    properties.setProperty("num.io.threads", "4");
    properties.setProperty("log.cleaner.dedupe.buffer.size", "16777216");
    properties.setProperty("log.segment.bytes", "134217728");
    return KafkaConfig.fromProps(properties, false);
  }
}
