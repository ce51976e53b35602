package io.homecloud.control.killed;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.ControlSchema;
import io.homecloud.events.EventCodec;
import io.homecloud.testkit.TestSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The process that is killed: a whole service on a schema and a directory. */
final class KilledService {
  private KilledService() {}

  /**
   * Arguments: the schema's name, URL, user and password, the directory, the file that says its
   * pid.
   */
  static void main(String[] arguments) throws Exception {
    TestSchema schema = new TestSchema(arguments[0], arguments[1], arguments[2], arguments[3]);
    Path directory = Path.of(arguments[4]);
    FileChannel broker =
        FileChannel.open(
            directory.resolve("broker"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    ControlPlane plane =
        ControlSchema.plane(
            schema.pool(),
            ControlSchema.NODE,
            event -> CompletableFuture.runAsync(() -> append(broker, EventCodec.write(event))));
    plane.start(
        List.of(new NoteFiles(directory.resolve("notes"))),
        List.of(new Counting(directory.resolve("tasks"))));
    Path started = Path.of(arguments[5]);
    Path unfinished = Path.of(arguments[5] + ".unfinished");
    Files.writeString(unfinished, Long.toString(ProcessHandle.current().pid()));
    Files.move(unfinished, started);
    new CountDownLatch(1).await();
  }

  private static void append(FileChannel broker, String line) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      synchronized (broker) {
        while (bytes.hasRemaining()) {
          broker.write(bytes);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
