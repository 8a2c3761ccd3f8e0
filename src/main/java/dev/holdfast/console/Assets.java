package dev.holdfast.console;

import dev.holdfast.platform.Problem;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * Style sheet, scripts and pictures of the pages, each at an address with the digest of its
 * content: browsers keep them for good, and never an old one after an update. They tell nothing and
 * are open to everybody, since the page to sign in needs them.
 */
@Path("/assets")
public class Assets {

  private static final String FOR_GOOD = "public, max-age=31536000, immutable";

  /** The version in the path must be that of the dependency in pom.xml; a start fails without. */
  private static final String HTMX = "/META-INF/resources/_static/htmx.org/2.0.2/dist/htmx.min.js";

  private static final int DIGEST_BYTES = 8;

  private record Asset(String digest, String mediaType, byte[] plain, byte[] gzipped) {}

  private final Map<String, Asset> assets = new LinkedHashMap<>();

  Assets() {
    add("console.css", "/web/console.css", "text/css;charset=UTF-8");
    add("console.js", "/web/console.js", "text/javascript;charset=UTF-8");
    add("htmx.js", HTMX, "text/javascript;charset=UTF-8");
    add("icon.svg", "/web/icon.svg", "image/svg+xml");
  }

  /**
   * Where to find it.
   *
   * @throws IllegalArgumentException if there is no such asset
   */
  String address(String name) {
    Asset asset = assets.get(name);
    if (asset == null) {
      throw new IllegalArgumentException("there is no asset " + name + ", but " + assets.keySet());
    }
    return "/assets/" + asset.digest() + "/" + name;
  }

  /** One of them. */
  @GET
  @Path("/{digest}/{name}")
  @PermitAll
  public Response get(
      @RestPath String digest,
      @RestPath String name,
      @RestHeader("Accept-Encoding") @Nullable String encodings) {
    Asset asset = assets.get(name);
    if (asset == null || !asset.digest().equals(digest)) {
      throw Problem.notFound("There is no asset " + name + " of this content.");
    }
    boolean gzip = encodings != null && encodings.contains("gzip");
    Response.ResponseBuilder response =
        Response.ok(gzip ? asset.gzipped() : asset.plain(), asset.mediaType())
            .header(HttpHeaders.CACHE_CONTROL, FOR_GOOD)
            .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    return gzip ? response.header(HttpHeaders.CONTENT_ENCODING, "gzip").build() : response.build();
  }

  private void add(String name, String file, String mediaType) {
    try (InputStream in = Assets.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the asset " + file + " is not in the jar");
      }
      byte[] content = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      assets.put(
          name,
          new Asset(
              HexFormat.of().formatHex(digest, 0, DIGEST_BYTES),
              mediaType,
              content,
              gzipped(content)));
    } catch (IOException failure) {
      throw new UncheckedIOException("the asset " + file + " cannot be read", failure);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static byte[] gzipped(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 2);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }
}
