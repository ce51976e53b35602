package io.homecloud.sharing.httpd;

import io.homecloud.sharing.httpd.HttpdLogParser.Line;
import io.homecloud.sharing.serving.AddressGuard;
import io.homecloud.sharing.serving.Origin;
import io.homecloud.sharing.serving.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Keeps out addresses from which passwords are guessed: httpd asks a file at each request that
 * brings a password; guests are not kept out.
 */
final class GuessGuard {
  private static final int UNAUTHORIZED = 401;

  private final Path file;
  private final AddressGuard guard = new AddressGuard(Protocol.WEBDAV, this::write);

  GuessGuard(Path file) throws IOException {
    this.file = file;
    OwnDirectory.write(file, "");
  }

  void hear(Line line) {
    if (line instanceof Line.End(var request, int status, boolean tried)
        && status == UNAUTHORIZED
        && tried) {
      guard.failed(request.address());
    }
  }

  private static Stream<String> asHttpdSays(Origin origin) {
    return origin
        .network()
        .map(network -> AddressBeginning.of(network).stream())
        .orElseGet(() -> Stream.of(origin.text()));
  }

  private synchronized void write() {
    StringBuilder text = new StringBuilder();
    guard.blocked().stream()
        .flatMap(GuessGuard::asHttpdSays)
        .forEach(from -> text.append(from).append(" yes\n"));
    try {
      OwnDirectory.write(file, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
