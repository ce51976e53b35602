package io.homecloud.storage.files;

import static io.homecloud.storage.files.Results.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class DirectoryZipTest {
  private VolumeDirectory there;

  @BeforeEach
  void open() throws IOException {
    there = new VolumeDirectory();
  }

  @AfterEach
  void close() throws IOException {
    there.close();
  }

  private Path zip(FilePath directory) throws IOException {
    Path file = there.outside.resolve("z.zip");
    try (DirectoryZip zip = done(there.files.zip(directory, FileName.of("top")));
        OutputStream out = new EndsOutput(file)) {
      zip.writeTo(out);
    }
    return file;
  }

  private static Map<String, String> contents(Path zip) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : file.stream().toList()) {
        byte[] bytes = file.getInputStream(entry).readAllBytes();
        contents.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8));
      }
    }
    return contents;
  }

  @Test
  void everythingIsInItUnderOneFolder() throws IOException {
    // Given
    there.file("a", "first");
    there.file("d/e/ü 日本", "x".repeat(200_000));
    there.file("d/empty", "");
    there.link("d/link", "../../outside/secret");
    // When
    Path zip = zip(FilePath.ROOT);
    // Then
    assertThat(contents(zip))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "top/", "",
                "top/a", "first",
                "top/d/", "",
                "top/d/e/", "",
                "top/d/e/ü 日本", "x".repeat(200_000),
                "top/d/empty", "",
                "top/d/link", "../../outside/secret"));
  }

  @Test
  void whatIsPickedIsInItOnceAndWhatIsGoneIsCounted() throws IOException {
    // Given
    there.file("d/a", "first");
    there.file("d/e/b", "second");
    there.file("d/e/f/c", "third");
    there.file("d/other", "");
    there.link("d/link", "../../outside/secret");
    List<FilePath> picked =
        List.of(
            FilePath.of("e", "f"),
            FilePath.of("a"),
            FilePath.of("e"),
            FilePath.of("gone"),
            FilePath.of("link", "secret"),
            FilePath.of("a", "x"),
            FilePath.of("a"));
    Path file = there.outside.resolve("z.zip");
    // When
    try (DirectoryZip zip = done(there.files.zip(FilePath.of("d"), FileName.of("top"), picked));
        OutputStream out = new EndsOutput(file)) {
      zip.writeTo(out);
    }
    // Then
    assertThat(contents(file))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "top/", "",
                "top/a", "first",
                "top/e/", "",
                "top/e/b", "second",
                "top/e/f/", "",
                "top/e/f/c", "third"));
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.getComment()).startsWith("2 left out");
    }
  }

  @Test
  void aStreamOfItCanBeReadToo() throws IOException {
    // Given
    Instant time = Instant.parse("2024-05-06T07:08:09Z");
    Files.setLastModifiedTime(there.file("d/a", "x".repeat(100_000)), FileTime.from(time));
    there.file("d/b", "second");
    // When
    Path zip = zip(FilePath.of("d"));
    // Then
    Map<String, Integer> sizes = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        sizes.put(entry.getName(), in.readAllBytes().length);
        if (entry.getName().equals("top/a")) {
          assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(time);
        }
      }
    }
    assertThat(sizes).isEqualTo(Map.of("top/", 0, "top/a", 100_000, "top/b", 6));
  }

  @Test
  void whatCannotBeFetchedIsLeftOutAndCounted() throws IOException {
    // Given
    there.file("a", "a");
    there.pipe("pipe");
    Uploads.whole(there.files, FilePath.of("b"), "b");
    // When
    Path zip = zip(FilePath.ROOT);
    // Then
    assertThat(contents(zip)).containsOnlyKeys("top/", "top/a", "top/b");
    try (ZipFile file = new ZipFile(zip.toFile())) {
      assertThat(file.getComment()).startsWith("1 left out");
    }
  }

  @Test
  void noNameIsTakenForAPathElsewhere() throws IOException, FileRefused {
    // Given
    there.file("..\\..\\evil", "");
    there.file("new\nline", "");
    FileName latin = FileName.of(new byte[] {'c', 'a', 'f', (byte) 0xe9, ' '});
    try (BeneathDirectory root = BeneathDirectory.at(there.volume);
        Descriptor top = root.directory(FilePath.ROOT)) {
      Kernel.open(top, latin.bytes(), Opening.making(0644)).close();
    }
    // When
    Path zip = zip(FilePath.ROOT);
    // Then
    assertThat(contents(zip))
        .containsOnlyKeys("top/", "top/..%5C..%5Cevil", "top/new%0Aline", "top/caf%E9%20");
  }

  @Test
  void moreThan65535EntriesFit() throws IOException {
    // Given
    Files.createDirectory(there.volume.resolve("many"));
    Path first = there.file("first", "");
    Path second = there.file("second", "");
    for (int i = 0; i < 66_000; i++) { // an inode can have some 65,000 names
      Files.createLink(there.volume.resolve("many/" + i), i % 2 == 0 ? first : second);
    }
    // When
    Path zip = zip(FilePath.of("many"));
    // Then
    try (ZipFile file = new ZipFile(zip.toFile())) {
      assertThat(file.size()).isEqualTo(66_001);
      assertThat(file.getEntry("top/65999")).isNotNull();
    }
  }

  @Test
  void moreThan4GibibytesFit() throws IOException {
    // Given
    long size = (4L << 30) + 12_345;
    try (var large = new RandomAccessFile(there.file("big/x", "begin").toFile(), "rw")) {
      large.setLength(size);
    }
    there.file("big/y", "small");
    // When
    Path zip = zip(FilePath.of("big"));
    // Then
    try (ZipFile file = new ZipFile(zip.toFile())) {
      assertThat(file.getEntry("top/x").getSize()).isEqualTo(size);
      try (var y = file.getInputStream(file.getEntry("top/y"))) {
        assertThat(y.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("small");
      }
      try (var x = file.getInputStream(file.getEntry("top/x"))) {
        assertThat(x.readNBytes(6)).startsWith('b', 'e', 'g', 'i', 'n', 0);
      }
      long packed = file.getEntry("top/x").getCompressedSize();
      assertThat(sizesAfterContent(zip, packed)).containsExactly(packed, size);
    }
  }

  /** What a reader of the stream is told after the content of the large file. */
  private static List<Long> sizesAfterContent(Path zip, long packed) throws IOException {
    try (var file = new RandomAccessFile(zip.toFile(), "r")) {
      byte[] begin = new byte[1024];
      file.readFully(begin);
      String text = new String(begin, StandardCharsets.ISO_8859_1);
      int header = text.indexOf("top/x") - 30;
      ByteBuffer fields = ByteBuffer.wrap(begin).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(fields.getInt(header)).isEqualTo(0x04034b50);
      file.seek(
          header + 30L + fields.getShort(header + 26) + fields.getShort(header + 28) + packed);
      byte[] after = new byte[24];
      file.readFully(after);
      ByteBuffer descriptor = ByteBuffer.wrap(after).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(descriptor.getInt(0)).isEqualTo(0x08074b50);
      return List.of(descriptor.getLong(8), descriptor.getLong(16));
    }
  }

  @Test
  void aReceiverThatGoesAwayEndsIt() throws IOException {
    // Given
    there.file("a", "x".repeat(100_000));
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("gone");
          }
        };
    // When
    try (DirectoryZip zip = done(there.files.zip(FilePath.ROOT, FileName.of("top")))) {
      // Then
      assertThatThrownBy(() -> zip.writeTo(gone))
          .isInstanceOf(IOException.class)
          .hasMessage("gone");
    }
  }
}
