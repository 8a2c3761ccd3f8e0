package dev.holdfast.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The Ed25519 key pair by which models are signed and believed. The public key is all that a
 * service needs; training needs the private one too.
 */
public final class ModelTrust {

  private static final String PRIVATE = "model-signing.key";
  private static final String PUBLIC = "model-signing.pub";

  private final PublicKey publicKey;
  private final @Nullable PrivateKey privateKey;

  private ModelTrust(PublicKey publicKey, @Nullable PrivateKey privateKey) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /**
   * The key pair kept in a folder. If the folder has no public key, a pair is made, readable by its
   * owner only.
   *
   * @throws UncheckedIOException if the folder can be neither read nor written
   * @throws BadModel if a file in it is not a key
   */
  public static ModelTrust in(Path folder) {
    Path privateFile = folder.resolve(PRIVATE);
    Path publicFile = folder.resolve(PUBLIC);
    try {
      if (!Files.exists(publicFile)) {
        create(folder, privateFile, publicFile);
      }
      KeyFactory keys = KeyFactory.getInstance("Ed25519");
      PublicKey publicKey = keys.generatePublic(new X509EncodedKeySpec(decode(publicFile)));
      PrivateKey privateKey =
          Files.exists(privateFile)
              ? keys.generatePrivate(new PKCS8EncodedKeySpec(decode(privateFile)))
              : null;
      return new ModelTrust(publicKey, privateKey);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the model keys in " + folder, e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new BadModel("the files in " + folder + " are not Ed25519 keys", e);
    }
  }

  private static void create(Path folder, Path privateFile, Path publicFile)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(folder);
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Base64.Encoder base64 = Base64.getEncoder();
    Files.deleteIfExists(privateFile);
    Files.createFile(
        privateFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        privateFile,
        base64.encodeToString(pair.getPrivate().getEncoded()),
        StandardOpenOption.WRITE);
    // The public key last: a pair cut short by a crash is made anew.
    Files.writeString(publicFile, base64.encodeToString(pair.getPublic().getEncoded()));
  }

  private static byte[] decode(Path file) throws IOException {
    return Base64.getDecoder().decode(Files.readString(file).strip());
  }

  /**
   * Signs a manifest.
   *
   * @throws IllegalStateException if there is no private key
   */
  byte[] sign(byte[] manifest) {
    PrivateKey key = privateKey;
    if (key == null) {
      throw new IllegalStateException(
          "signing a model needs " + PRIVATE + "; this installation can only check models");
    }
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(manifest);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java 17 platform has Ed25519", impossible);
    }
  }

  /** True if the signature is ours. */
  boolean trusts(byte[] manifest, byte[] signatureBytes) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(publicKey);
      signature.update(manifest);
      return signature.verify(signatureBytes);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }
}
