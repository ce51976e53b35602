package io.homecloud.control.killed;

import io.homecloud.control.Note;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Keeps each note's copies as files, slowly, a step at a time, so that a kill hits in between. */
final class NoteFiles implements Reconciler<Note.Spec, Note.Observed> {
  private static final long STEP_MILLIS = 3;

  private final Path directory;

  NoteFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public Kind<Note.Spec, Note.Observed> kind() {
    return Note.KIND;
  }

  @Override
  public Outcome<Note.Observed> reconcile(Resource<Note.Spec, Note.Observed> note) {
    try {
      if (note.deleting()) {
        for (Path copy : copies(note).values()) {
          step(() -> Files.delete(copy));
        }
        return new Outcome.Gone<>(List.of(new Note.Written(note.uid(), 0)));
      }
      for (int n = 0; n < note.spec().copies(); n++) {
        Path copy = directory.resolve(note.uid() + "." + n);
        if (!Files.exists(copy) || !Files.readString(copy).equals(note.spec().text())) {
          Path unfinished = directory.resolve(note.uid() + "." + n + ".unfinished");
          step(() -> write(unfinished, note.spec().text()));
          step(() -> rename(unfinished, copy));
        }
      }
      for (Path surplus : copies(note).tailMap(note.spec().copies()).values()) {
        step(() -> Files.delete(surplus));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Outcome.Settled<>(
        Note.ready(note, Clock.systemUTC()),
        note.ready()
            ? List.of()
            : List.of(new Note.Written(note.uid(), note.metadata().generation())));
  }

  /** What is there of a note; what was left unfinished counts as surplus. */
  private SortedMap<Integer, Path> copies(Resource<?, ?> note) throws IOException {
    SortedMap<Integer, Path> copies = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      all.filter(path -> path.getFileName().toString().startsWith(note.uid().toString()))
          .forEach(path -> {
            String[] parts = path.getFileName().toString().split("\\.", 3);
            copies.put(Integer.parseInt(parts[1]) + (parts.length == 3 ? 1_000_000 : 0), path);
          });
    }
    return copies;
  }

  private static void write(Path file, String text) throws IOException {
    Path _ = Files.writeString(file, text);
  }

  private static void rename(Path from, Path to) throws IOException {
    Path _ = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Something that a kill may come before or after. */
  private interface Step {
    void run() throws IOException;
  }

  private static void step(Step step) throws IOException {
    step.run();
    rest();
  }

  static void rest() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
