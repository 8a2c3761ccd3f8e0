package dev.holdfast.scoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.platform.Problem;
import dev.holdfast.scoring.Risks.RiskAnswer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes risks line by line, a chunk of customers in memory at a time. The last line counts the
 * ones before, so that a stream that was cut is told from one that ended.
 */
@ApplicationScoped
class RiskStream {

  private static final Logger LOG = Logger.getLogger(RiskStream.class);
  private static final int CHUNK = 256;

  /** A name of 200 characters in UTF-8, with room for quotes and escapes. */
  private static final int LONGEST_LINE = 2_048;

  /** One more than a name may have: what is cut here is refused as too long. */
  private static final int KEPT_OF_A_NAME = 201;

  /**
   * The last line.
   *
   * @param end true, which no other line has
   * @param complete false if something ended the stream early
   * @param answers lines before this one
   * @param risks how many of them have a risk
   * @param detail why it ended early; null if it did not
   */
  record End(boolean end, boolean complete, long answers, long risks, @Nullable String detail) {}

  private final Risks risks;
  private final RiskReads reads;
  private final ObjectMapper json;

  RiskStream(Risks risks, RiskReads reads, ObjectMapper json) {
    this.risks = risks;
    this.reads = reads;
    this.json = json;
  }

  /** Answers one line for each name, in order; blank lines are skipped. */
  void ofNames(InputStream names, int reasons, OutputStream out) throws IOException {
    Lines lines = new Lines(out);
    lines.endWith(
        () -> {
          List<String> chunk = new ArrayList<>(CHUNK);
          for (String line = next(names); line != null; line = next(names)) {
            if (!line.isBlank()) {
              chunk.add(name(line.strip()));
            }
            if (chunk.size() == CHUNK) {
              lines.write(risks.of(chunk, reasons));
              chunk.clear();
            }
          }
          lines.write(risks.of(chunk, reasons));
        });
  }

  /** Answers one line for each customer of whom anything is stored, in the order of their ids. */
  void ofAllCustomers(int reasons, OutputStream out) throws IOException {
    Lines lines = new Lines(out);
    lines.endWith(
        () -> {
          List<Long> ids = reads.idsAfter(0, CHUNK);
          while (!ids.isEmpty()) {
            lines.write(risks.ofAll(ids, reasons));
            ids = reads.idsAfter(ids.get(ids.size() - 1), CHUNK);
          }
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private final class Lines {

    private final OutputStream out;
    private long answers;
    private long withRisk;

    Lines(OutputStream out) {
      this.out = out;
    }

    void write(List<RiskAnswer> some) throws IOException {
      for (RiskAnswer answer : some) {
        line(answer);
        answers++;
        withRisk += answer.risk() == null ? 0 : 1;
      }
    }

    /** Runs, and says at the end how it went; a caller who is gone hears nothing. */
    void endWith(Work work) throws IOException {
      String trouble = null;
      try {
        work.run();
      } catch (Problem problem) {
        trouble = problem.detail();
      } catch (RuntimeException failure) {
        LOG.error("A stream of risks ended early", failure);
        trouble = "something went wrong here; it was logged. Ask again for those not answered";
      }
      line(new End(true, trouble == null, answers, withRisk, trouble));
    }

    private void line(Object value) throws IOException {
      out.write(json.writeValueAsBytes(value));
      out.write('\n');
    }
  }

  /** The next line without its end, null after the last. Of one too long only the start is kept. */
  private static @Nullable String next(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    int read = in.read();
    if (read < 0) {
      return null;
    }
    for (; read >= 0 && read != '\n'; read = in.read()) {
      if (line.size() < LONGEST_LINE) {
        line.write(read);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private String name(String line) {
    if (!line.startsWith("\"")) {
      return shown(line);
    }
    try {
      return shown(String.valueOf(json.readValue(line, String.class)));
    } catch (JsonProcessingException e) {
      return shown(line);
    }
  }

  /** What is too long for a name is not repeated whole. */
  private static String shown(String name) {
    return name.length() <= KEPT_OF_A_NAME ? name : name.substring(0, KEPT_OF_A_NAME);
  }
}
