package dev.holdfast.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The file {@code manifest.json}: version, SHA-256 of each other file, and a signature over both.
 */
final class Manifest {

  static final String NAME = "manifest.json";

  private static final Pattern VERSION = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern FILE = Pattern.compile("[a-z0-9][a-z0-9.]{0,63}");
  private static final int LARGEST_MANIFEST = 64 * 1024;

  private Manifest() {}

  static String requireVersion(String version) {
    if (!VERSION.matcher(version).matches() || version.contains("..")) {
      throw new BadModel(
          "a model version has 1 to 64 of a-z 0-9 . _ - and no \"..\", was \"" + version + "\"");
    }
    return version;
  }

  /** The manifest for these files, signed. */
  static byte[] write(String version, Map<String, byte[]> files, ModelTrust trust) {
    SortedMap<String, String> hashes = new TreeMap<>();
    files.forEach(
        (name, content) -> {
          if (!name.equals(NAME)) {
            hashes.put(name, sha256(content));
          }
        });
    ObjectNode root = Json.object();
    root.put("version", requireVersion(version));
    ObjectNode list = root.putObject("sha256");
    hashes.forEach(list::put);
    byte[] signature = trust.sign(signedText(version, hashes));
    root.put("signature", Base64.getEncoder().encodeToString(signature));
    return Json.write(root);
  }

  /**
   * Checks signature and hashes; nothing but the manifest has been parsed until then.
   *
   * @return the version
   * @throws BadModel if a file is missing, added, changed, or the signature is not ours
   */
  static String check(Map<String, byte[]> files, ModelTrust trust) {
    byte[] manifest = files.get(NAME);
    if (manifest == null || manifest.length > LARGEST_MANIFEST) {
      throw new BadModel("a model needs a " + NAME + " of at most " + LARGEST_MANIFEST + " bytes");
    }
    JsonNode root = Json.read(NAME, manifest);
    String version = requireVersion(root.path("version").asText());
    SortedMap<String, String> hashes = new TreeMap<>();
    root.path("sha256").properties().forEach(e -> hashes.put(e.getKey(), e.getValue().asText()));
    String signatureText = root.path("signature").asText();
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(signatureText);
    } catch (IllegalArgumentException malformed) {
      throw new BadModel("the signature of model " + version + " is not base64", malformed);
    }
    // The decoder ignores bits after the last byte; two spellings of one manifest are one too many.
    boolean canonical = Base64.getEncoder().encodeToString(signature).equals(signatureText);
    if (!canonical || !trust.trusts(signedText(version, hashes), signature)) {
      throw new BadModel(
          "model "
              + version
              + " is not signed by a key this service trusts; train it here or install the public"
              + " key of its origin");
    }
    if (files.size() != hashes.size() + 1) {
      throw new BadModel(
          "model " + version + " lists " + hashes.size() + " files but has " + (files.size() - 1));
    }
    hashes.forEach(
        (name, hash) -> {
          byte[] content = files.get(name);
          if (!FILE.matcher(name).matches() || content == null || !sha256(content).equals(hash)) {
            throw new BadModel(
                "file " + name + " of model " + version + " is missing or not the one signed");
          }
        });
    return version;
  }

  private static byte[] signedText(String version, SortedMap<String, String> hashes) {
    StringBuilder text = new StringBuilder("holdfast model ").append(version).append('\n');
    hashes.forEach((name, hash) -> text.append(hash).append(' ').append(name).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
