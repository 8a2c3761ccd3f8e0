package dev.holdfast.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What must run for a command. A subcommand without it has the needs of its parent. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Needs {

  /** What must run, each with all before it. */
  enum Parts {
    /** Nothing, not even Quarkus; nothing is injected. */
    NOTHING,
    /** The database. */
    STORE,
    /**
     * The broker and the stream: that of the service which runs on the same data folder, else one
     * in this process, timers and outbox included.
     */
    STREAM,
    /** Everything, the HTTP server included; nobody else may own the data folder. */
    SERVICE
  }

  /** What must run. */
  Parts value();

  /** The data folder unless the caller names one. */
  String home() default "var";
}
