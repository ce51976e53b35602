package io.homecloud.storage.files;

import io.homecloud.storage.Outcome;
import io.homecloud.storage.StorageError;
import org.jspecify.annotations.Nullable;

/** A {@link Outcome.Refused} on its way up inside this package. */
final class FileRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final StorageError problem;
  private final transient @Nullable FilePath where;

  FileRefused(StorageError problem) {
    this(problem, null);
  }

  FileRefused(StorageError problem, @Nullable FilePath where) {
    super(problem.name(), null, false, false);
    this.problem = problem;
    this.where = where;
  }

  StorageError problem() {
    return problem;
  }

  boolean is(StorageError other) {
    return problem == other;
  }

  /** The same at a path, unless it has one. */
  FileRefused at(FilePath path) {
    return where == null ? new FileRefused(problem, path) : this;
  }

  interface Attempt<T> {
    T run() throws FileRefused;
  }

  /** Runs it and turns a refusal into a value; {@code where} is said unless it knows better. */
  static <T> Outcome<T> asResult(FilePath where, Attempt<T> attempt) {
    try {
      return new Outcome.Done<>(attempt.run());
    } catch (FileRefused e) {
      FilePath named = e.where == null ? where : e.where;
      String sentence = FileErrors.sentence(e.problem);
      return new Outcome.Refused<>(e.problem, named.isRoot() ? sentence : named + ": " + sentence);
    }
  }

  /** Runs it so that a refusal names {@code where}: for operations on two paths. */
  static <T> T naming(FilePath where, Attempt<T> attempt) throws FileRefused {
    try {
      return attempt.run();
    } catch (FileRefused e) {
      throw e.at(where);
    }
  }
}
