package io.homecloud.sharing.link;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.jspecify.annotations.Nullable;

/**
 * The files in a form (multipart/form-data, RFC 7578), one after another as they come; none is kept
 * in memory or on disk.
 */
final class FormFiles implements AutoCloseable {
  private static final String DISPOSITION = "content-disposition:";

  private final MultipartInput parts;
  private boolean begun;
  private @Nullable InputStream content;
  private String name = "";

  /**
   * @param type the Content-Type of the form, with its boundary
   * @throws IOException when it is no form
   */
  FormFiles(String type, InputStream body) throws IOException {
    ParameterParser parser = new ParameterParser();
    parser.setLowerCaseNames(true);
    String boundary = parser.parse(type, ';').get("boundary");
    if (boundary == null || boundary.length() > 200) {
      throw new IOException("a form without a boundary");
    }
    this.parts =
        MultipartInput.builder()
            .setInputStream(body)
            .setBoundary(boundary.getBytes(ISO_8859_1))
            .get();
    parts.setHeaderCharset(UTF_8);
  }

  /**
   * Goes on to the next file; what was not read of the one before is passed over.
   *
   * @return false when there is no more
   */
  boolean next() throws IOException {
    passOver();
    while (begun ? parts.readBoundary() : parts.skipPreamble()) {
      begun = true;
      String file = file(parts.readHeaders());
      if (!file.isEmpty()) {
        name = file;
        content = parts.newInputStream();
        return true;
      }
      long _ = parts.discardBodyData();
    }
    return false;
  }

  private void passOver() throws IOException {
    if (content != null) {
      content.close();
    }
  }

  /** Empty for another field, or where no file was chosen. */
  private static String file(String headers) {
    for (String header : headers.split("\r\n", -1)) {
      if (header.regionMatches(true, 0, DISPOSITION, 0, DISPOSITION.length())) {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        Map<String, String> parameters = parser.parse(header.substring(DISPOSITION.length()), ';');
        return parameters.getOrDefault("filename", "");
      }
    }
    return "";
  }

  /** As the browser calls it. */
  String name() {
    return name;
  }

  /** Of the file that it is at; closing it passes over the rest. */
  InputStream content() {
    return Objects.requireNonNull(content);
  }

  @Override
  public void close() {
    // The body is the request's.
  }
}
