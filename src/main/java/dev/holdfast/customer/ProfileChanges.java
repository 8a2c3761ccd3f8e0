package dev.holdfast.customer;

/** Who wants to know that a profile changed. Implemented by a room above. */
public interface ProfileChanges {

  /** The profile of a customer is another than before, in the caller's transaction. */
  void changed(long customerId);
}
