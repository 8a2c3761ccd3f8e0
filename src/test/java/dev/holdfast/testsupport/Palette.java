package dev.holdfast.testsupport;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Few colours for a picture of a page, so that its file is a third of the size: median cut over the
 * colours that occur, of which a page without photographs has few.
 */
final class Palette {

  private static final int BITS = 5;
  private static final int DROPPED = 8 - BITS;
  private static final int CELLS = 1 << (3 * BITS);

  private final long[] count = new long[CELLS];
  private final long[][] sum = new long[3][CELLS];

  private Palette() {}

  /**
   * The picture in at most so many colours.
   *
   * @param colours 2 to 256
   */
  static BufferedImage reduce(BufferedImage picture, int colours) {
    Palette palette = new Palette();
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
    for (int pixel : pixels) {
      int cell = cell(pixel);
      palette.count[cell]++;
      for (int channel = 0; channel < 3; channel++) {
        palette.sum[channel][cell] += of(pixel, channel);
      }
    }
    List<int[]> boxes = palette.boxes(colours);
    byte[][] table = new byte[3][boxes.size()];
    byte[] places = new byte[CELLS];
    for (int place = 0; place < boxes.size(); place++) {
      long all = 0;
      long[] mean = new long[3];
      for (int cell : boxes.get(place)) {
        all += palette.count[cell];
        for (int channel = 0; channel < 3; channel++) {
          mean[channel] += palette.sum[channel][cell];
        }
        places[cell] = (byte) place;
      }
      for (int channel = 0; channel < 3; channel++) {
        table[channel][place] = (byte) Math.round((double) mean[channel] / all);
      }
    }
    BufferedImage reduced =
        new BufferedImage(
            width,
            height,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, boxes.size(), table[0], table[1], table[2]));
    byte[] row = new byte[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        row[x] = places[cell(pixels[y * width + x])];
      }
      reduced.getRaster().setDataElements(0, y, width, 1, row);
    }
    return reduced;
  }

  /**
   * Cells of like colours; the box with the most spread, by pixels, is cut until there are enough.
   */
  private List<int[]> boxes(int most) {
    List<int[]> boxes = new ArrayList<>();
    int[] used = IntStream.range(0, CELLS).filter(one -> count[one] > 0).toArray();
    boxes.add(used);
    while (boxes.size() < most) {
      int[] widest =
          boxes.stream()
              .filter(box -> box.length > 1)
              .max(Comparator.comparingDouble(this::weight))
              .orElse(null);
      if (widest == null) {
        break;
      }
      boxes.remove(widest);
      boxes.addAll(cut(widest));
    }
    return boxes;
  }

  /** Rare colours count too: small marks are what a page is about. */
  private double weight(int[] box) {
    double pixels = Arrays.stream(box).mapToLong(cell -> count[cell]).sum();
    return Math.sqrt(pixels) * spread(box, longest(box));
  }

  private List<int[]> cut(int[] box) {
    int channel = longest(box);
    int low = 255;
    int high = 0;
    for (int cell : box) {
      low = Math.min(low, level(cell, channel));
      high = Math.max(high, level(cell, channel));
    }
    int middle = (low + high) / 2;
    return List.of(
        Arrays.stream(box).filter(cell -> level(cell, channel) <= middle).toArray(),
        Arrays.stream(box).filter(cell -> level(cell, channel) > middle).toArray());
  }

  private static int longest(int[] box) {
    int longest = 0;
    for (int channel = 1; channel < 3; channel++) {
      if (spread(box, channel) > spread(box, longest)) {
        longest = channel;
      }
    }
    return longest;
  }

  private static int spread(int[] box, int channel) {
    int low = 255;
    int high = 0;
    for (int cell : box) {
      low = Math.min(low, level(cell, channel));
      high = Math.max(high, level(cell, channel));
    }
    return high - low;
  }

  private static int of(int pixel, int channel) {
    return (pixel >> (8 * (2 - channel))) & 0xff;
  }

  private static int level(int cell, int channel) {
    return (cell >> (BITS * (2 - channel))) & ((1 << BITS) - 1);
  }

  private static int cell(int pixel) {
    int cell = 0;
    for (int channel = 0; channel < 3; channel++) {
      cell = (cell << BITS) | (of(pixel, channel) >> DROPPED);
    }
    return cell;
  }
}
