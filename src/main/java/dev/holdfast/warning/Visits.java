package dev.holdfast.warning;

/**
 * How many customers were due in a slot, and how many of them came.
 *
 * @param due customers of whom a visit was to be expected, 0 or more
 * @param came those of them who came, at most {@code due}
 */
public record Visits(int due, int came) {

  /** Nobody is due. */
  public static final Visits NONE = new Visits(0, 0);

  public Visits {
    if (came < 0 || came > due) {
      throw new IllegalArgumentException("of " + due + " due customers " + came + " cannot come");
    }
  }

  /** Both together. */
  public Visits plus(Visits other) {
    return new Visits(due + other.due, came + other.came);
  }
}
