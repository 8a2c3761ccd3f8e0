package dev.holdfast.platform;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Begins a call anew, up to five times in all, when its transaction had to give way to another
 * ({@link Failures#isConflict}): a deadlock or a change at the same time is nobody's mistake, and
 * the caller need not know. On beans whose calls are one transaction, or several that may be
 * repeated; within a transaction that the caller began it does nothing, for only the whole can be
 * repeated. A caller of whom the fifth try fails too is told so by a 503.
 */
@Inherited
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Retried {}
