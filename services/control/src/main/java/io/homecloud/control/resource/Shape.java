package io.homecloud.control.resource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a wish has to look like, for those who judge it before we see it: the definitions of custom
 * resources are made of it. Admission says the same again, in better words.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT})
public @interface Shape {
  /** What a text matches as a whole. */
  String pattern() default "";

  /** The least of a number, characters of a text, or elements of a list. */
  int least() default Integer.MIN_VALUE;

  /** The most of a number, characters of a text, or elements of a list. */
  int most() default Integer.MIN_VALUE;

  /** Stands there when it is left out. */
  String byDefault() default "";

  /** It may be left out, although the record has something there then. */
  boolean optional() default false;

  /** What the API server answers begins so when somebody tries to change what is fixed. */
  String FIXED = "It cannot be changed";

  /** What to do instead, of what cannot be changed; empty for what can. */
  String fixed() default "";
}
