package dev.holdfast.cli;

import dev.holdfast.platform.embedded.Parts;
import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the service until it is stopped. */
@Command(
    name = "serve",
    description = "Runs the service until it is stopped (the default command).")
@Needs(Needs.Parts.SERVICE)
class ServeCommand implements Callable<Integer> {

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "of the HTTP server (else HOLDFAST_PORT, else 8080; 0 takes a free one)")
  @Nullable Integer port;

  @Override
  public Integer call() {
    announce();
    Quarkus.waitForExit();
    return 0;
  }

  /**
   * Tells commands and the person at the console where the service listens.
   *
   * @return its address
   */
  static String announce() {
    var config = ConfigProvider.getConfig();
    int port = config.getValue("quarkus.http.port", Integer.class);
    Holdfast.parts().ifPresent((Parts parts) -> parts.announceHttp(port));
    String address = "http://" + config.getValue("quarkus.http.host", String.class) + ":" + port;
    System.err.println("Holdfast serves at " + address + " (Ctrl-C stops it)");
    return address;
  }
}
