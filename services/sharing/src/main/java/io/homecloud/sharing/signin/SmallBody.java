package io.homecloud.sharing.signin;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A method that anybody may call, whose bodies are no larger than what signing in takes. */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@interface SmallBody {}
