import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Session key, MAC1, MAC2 and TAC of loads under 3DES, checked against the published vectors.
 *
 * <p>{@code java CheckVectors.java load-cryptograms.json}: Java 17 or newer, nothing besides. SM4 is
 * not in its standard library: those groups are counted as skipped.
 */
public final class CheckVectors {
  /** A field of a test, a cipher of a group: whatever has a name and a text or a number. */
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\"\\s*:\\s*(?:\"([^\"]*)\"|(\\d+))");

  public static void main(String[] words) throws Exception {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    String cipher = "";
    Map<String, String> test = new HashMap<>();
    Matcher found = FIELD.matcher(Files.readString(Path.of(words[0])));
    while (found.find()) {
      String name = found.group(1);
      String value = found.group(2) == null ? found.group(3) : found.group(2);
      if (name.equals("cipher")) cipher = value;
      if (name.equals("id")) test = new HashMap<>();
      test.put(name, value);
      // The result is a test's last field.
      if (!name.equals("result") || !test.containsKey("id")) continue;
      if (!cipher.equals("3des")) {
        skipped += 1;
      } else if (value.equals("acceptable") || holds(test) == value.equals("valid")) {
        passed += 1;
      } else {
        failed += 1;
        System.out.println(test.get("id") + " is " + value);
      }
    }
    System.out.printf("%d passed, %d failed, %d skipped (sm4)%n", passed, failed, skipped);
    System.exit(failed == 0 ? 0 : 1);
  }

  /** Whether every code that the test gives is right. */
  private static boolean holds(Map<String, String> test) {
    try {
      for (String name : new String[] {"sessionKey", "mac1", "mac2", "tac"}) {
        if (test.containsKey(name) && !Arrays.equals(bytes(test, name), code(name, test))) return false;
      }
      return true;
    } catch (IllegalArgumentException | GeneralSecurityException refused) {
      return false; // bytes that are no field of a load
    }
  }

  /** What a card and its authority compute for one load: one of its four codes. */
  private static byte[] code(String name, Map<String, String> test) throws GeneralSecurityException {
    byte[] asked =
        join(number(test, "amountFen", 4), number(test, "transactionType", 1), bytes(test, "terminal"));
    byte[] when = join(bytes(test, "date"), bytes(test, "time"));
    byte[] counter = number(test, "onlineAtc", 2);
    if (name.equals("tac")) {
      long after = Long.parseLong(test.get("balanceFen")) + Long.parseLong(test.get("amountFen"));
      return mac4(foldedTacKey(bytes(test, "tacKey")), join(number(after, 4), counter, asked, when));
    }
    byte[] session = sessionKey(bytes(test, "key"), bytes(test, "random"), counter);
    return switch (name) {
      case "mac1" -> mac4(session, join(number(test, "balanceFen", 4), asked));
      case "mac2" -> mac4(session, join(asked, when));
      default -> session;
    };
  }

  /** 3DES under the card's load key of: random number, counter, 80 00. */
  private static byte[] sessionKey(byte[] key, byte[] random, byte[] counter)
      throws GeneralSecurityException {
    byte[] threeParts = join(key, Arrays.copyOf(key, 8));
    Cipher des = Cipher.getInstance("DESede/ECB/NoPadding");
    des.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(threeParts, "DESede"));
    return des.doFinal(join(random, counter, new byte[] {(byte) 0x80, 0}));
  }

  /** The TAC's key: left half xor right half. */
  private static byte[] foldedTacKey(byte[] key) {
    byte[] folded = Arrays.copyOf(key, 8);
    for (int at = 0; at < 8; at += 1) folded[at] ^= key[at + 8];
    return folded;
  }

  /** Single DES in CBC from zeros over 80-padded data: the left four bytes of the last block. */
  private static byte[] mac4(byte[] key, byte[] data) throws GeneralSecurityException {
    byte[] padded = Arrays.copyOf(data, data.length / 8 * 8 + 8);
    padded[data.length] = (byte) 0x80;
    Cipher des = Cipher.getInstance("DES/CBC/NoPadding");
    des.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "DES"), new IvParameterSpec(new byte[8]));
    byte[] chain = des.doFinal(padded);
    return Arrays.copyOfRange(chain, chain.length - 8, chain.length - 4);
  }

  private static byte[] bytes(Map<String, String> test, String name) {
    return HexFormat.of().parseHex(test.get(name).replace(" ", ""));
  }

  private static byte[] number(Map<String, String> test, String name, int size) {
    return number(Long.parseLong(test.get(name)), size);
  }

  private static byte[] number(long value, int size) {
    if (value >> (8 * size) != 0) throw new IllegalArgumentException("too large a number");
    byte[] bytes = new byte[size];
    for (int at = 0; at < size; at += 1) bytes[at] = (byte) (value >> (8 * (size - 1 - at)));
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }
}
