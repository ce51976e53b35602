package io.homecloud.embedded.kafka;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/** The broker's directory, formatted once: whole or absent. */
final class BrokerData {
  private BrokerData() {}

  static Path formatted(Path directory) throws IOException {
    Path data = directory.resolve("data");
    if (Files.isDirectory(data)) {
      return data;
    }
    Path unfinished = directory.resolve("data.new");
    delete(unfinished);
    Files.createDirectories(unfinished);
    format(unfinished);
    // Or a power cut after the rename leaves empty files, with which no broker starts.
    try (Stream<Path> written = Files.walk(unfinished)) {
      for (Path path : written.toList()) {
        WholeFile.force(path);
      }
    }
    WholeFile.move(unfinished, data);
    return data;
  }

  private static void format(Path data) throws IOException {
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(quiet)
          .setSupportedFeatures(List.copyOf(Feature.PRODUCTION_FEATURES))
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setNodeId(BrokerConfiguration.NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(BrokerConfiguration.CONTROLLER)
          .setMetadataLogDirectory(data.toString())
          .setDirectories(List.of(data.toString()))
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + data, e);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
