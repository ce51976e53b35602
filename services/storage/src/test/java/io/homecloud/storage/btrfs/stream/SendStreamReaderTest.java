package io.homecloud.storage.btrfs.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.btrfs.stream.SendStreamException.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded streams were made by {@code btrfs send} of btrfs-progs 6.14 on Linux 6.18. */
class SendStreamReaderTest {
  private static final UUID ID = new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L);

  @Test
  void theKernelsStreamOfEverySortOfFileIsRead() throws Exception {
    // Given
    byte[] stream = recorded("everything.stream");
    // When
    List<SendCommand> commands = all(stream);
    // Then
    assertThat(commands.getFirst())
        .isEqualTo(
            new SendCommand.Snapshot(
                path("r2"),
                UUID.fromString("ab3417fe-238d-0945-a5ff-8cfbcb8d4694"),
                3433,
                UUID.fromString("a5b67902-7fe0-d04a-9a16-566a6c28ca71"),
                3432));
    assertThat(commands)
        .contains(
            new SendCommand.Mkdir(path("o258-3433-0"), 258),
            new SendCommand.Link(path("o258-3433-0/hard"), path("f")),
            new SendCommand.SetXattr(path("f"), bytes("user.k"), bytes("v")),
            new SendCommand.UpdateExtent(path("f"), 0, 3),
            new SendCommand.Truncate(path("f"), 3),
            new SendCommand.Chown(path("f"), 1, 2),
            new SendCommand.Chmod(path("f"), 0640),
            new SendCommand.Rename(path("o258-3433-0"), path("d")),
            new SendCommand.Mkfile(path("o259-3433-0"), 259),
            new SendCommand.UpdateExtent(path("d/data"), 0, 120000),
            new SendCommand.Symlink(path("o260-3433-0"), 260, bytes("../away")),
            new SendCommand.Mkfifo(path("o261-3433-0"), 261),
            new SendCommand.Mknod(path("o262-3433-0"), 262, 0020644, 0x103),
            new SendCommand.Mksock(path("o263-3433-0"), 263),
            new SendCommand.Chmod(
                RelativePath.of(new byte[] {'d', '/', (byte) 0xFF, (byte) 0xFE}), 0644));
    assertThat(commands.getLast()).isEqualTo(new SendCommand.End());
    assertThat(commands).hasSize(46);
  }

  @Test
  void theKernelsStreamOfRenamesAndClonesIsRead() throws Exception {
    // Given
    byte[] stream = recorded("rename.stream");
    // When
    List<SendCommand> commands = all(stream);
    // Then
    assertThat(commands)
        .contains(
            new SendCommand.RemoveXattr(path("f"), bytes("user.k")),
            new SendCommand.Rename(path("d"), path("e")),
            new SendCommand.Unlink(path("e/fifo")),
            new SendCommand.Clone(
                path("e/copy"),
                0,
                120000,
                UUID.fromString("15bba458-e767-f346-ab88-e5bea77d5213"),
                3434,
                path("e/data"),
                0));
    assertThat(commands.get(2))
        .isInstanceOfSatisfying(
            SendCommand.Utimes.class,
            times -> {
              assertThat(times.path()).isEqualTo(path("f"));
              assertThat(times.accessed()).isEqualTo(Instant.ofEpochSecond(0, 1));
            });
  }

  @Test
  void theKernelsCompressedStreamOfVersionTwoIsRead() throws Exception {
    // Given
    byte[] stream = recorded("compressed-v2.stream");
    // When
    List<SendCommand> commands = all(stream);
    // Then
    assertThat(commands.getFirst()).isInstanceOf(SendCommand.Subvol.class);
    List<SendCommand.EncodedWrite> written =
        commands.stream()
            .filter(SendCommand.EncodedWrite.class::isInstance)
            .map(SendCommand.EncodedWrite.class::cast)
            .toList();
    assertThat(written).hasSize(2);
    assertThat(written.getLast().offset()).isEqualTo(131072);
    assertThat(written.getLast().fileLength()).isEqualTo(68928);
    assertThat(written.getLast().length()).isEqualTo(69632);
    assertThat(written.getLast().compression()).isEqualTo(2);
    assertThat(written.getLast().data().remaining()).isEqualTo(4096);
  }

  @Test
  void commandsThatTheKernelDoesNotSendByItselfAreRead() {
    // Given
    SendStreamReader reader =
        new StreamBytes(3)
            .attribute(15, "s")
            .attribute(1, uuid())
            .attribute(2, 9)
            .command(1)
            .attribute(15, "f")
            .attribute(18, 4096)
            .raw(new byte[] {19, 0, 'd', 'a', 't', 'a'})
            .command(15)
            .attribute(15, "f")
            .attribute(25, new byte[] {3, 0, 0, 0})
            .attribute(18, 1)
            .attribute(5, 2)
            .attribute(4, 7)
            .command(23)
            .attribute(15, "f")
            .attribute(26, 16)
            .command(24)
            .attribute(15, "f")
            .attribute(32, new byte[] {1})
            .attribute(33, new byte[] {0, 16, 0, 0})
            .attribute(34, "salt")
            .attribute(35, "")
            .command(26)
            .attribute(15, "d")
            .attribute(99, "of a later version")
            .command(12)
            .command(21)
            .reader();
    // When
    List<SendCommand> commands = new ArrayList<>();
    reader.forEachRemaining(commands::add);
    // Then
    assertThat(commands)
        .containsExactly(
            new SendCommand.Subvol(path("s"), ID, 9),
            new SendCommand.Write(path("f"), 4096, bytes("data")),
            new SendCommand.Fallocate(path("f"), 3, 1, 7),
            new SendCommand.Fileattr(path("f"), 16),
            new SendCommand.EnableVerity(path("f"), 1, 4096, bytes("salt"), bytes("")),
            new SendCommand.Rmdir(path("d")),
            new SendCommand.End());
    assertThat(reader.hasNext()).isFalse();
    assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void dataOfVersionOneHasItsLength() {
    // Given
    SendStreamReader reader =
        new StreamBytes(1)
            .attribute(15, "f")
            .attribute(19, "data")
            .attribute(18, 0)
            .command(15)
            .reader();
    // When
    SendCommand command = reader.next();
    // Then
    assertThat(command).isEqualTo(new SendCommand.Write(path("f"), 0, bytes("data")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"everything.stream", "rename.stream", "swap.stream"})
  void everyCutIsNoticed(String name) throws Exception {
    // Given
    byte[] stream = recorded(name);
    for (int length = 0; length < stream.length; length++) {
      InputStream cut = new ByteArrayInputStream(stream, 0, length);
      // When
      var thrown = catchThrowableOfType(SendStreamException.class, () -> all(cut));
      // Then
      assertThat(thrown.fault()).as("%d bytes", length).isEqualTo(Fault.TRUNCATED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"everything.stream", "rename.stream", "compressed-v2.stream"})
  void everyChangedByteIsNoticed(String name) throws Exception {
    // Given
    byte[] stream = recorded(name);
    for (int at = 0; at < stream.length; at++) {
      byte right = stream[at];
      stream[at] ^= (byte) (1 + at % 255);
      // When
      var thrown = catchThrowableOfType(SendStreamException.class, () -> all(stream));
      // Then
      assertThat(thrown).as("byte %d", at).isNotNull();
      stream[at] = right;
    }
  }

  @Test
  void aHostileLengthTakesNoMemory() {
    // Given
    StreamBytes first = new StreamBytes(1).command(21, 65537);
    StreamBytes negative = new StreamBytes(2).command(21, -1);
    StreamBytes tooLong = new StreamBytes(2).command(21, SendStreamReader.LONGEST + 1);
    StreamBytes lacking = new StreamBytes(2).command(21, SendStreamReader.LONGEST);
    // When
    List<Fault> faults = List.of(fault(first), fault(negative), fault(tooLong), fault(lacking));
    // Then
    assertThat(faults)
        .containsExactly(Fault.TOO_LARGE, Fault.TOO_LARGE, Fault.TOO_LARGE, Fault.TRUNCATED);
  }

  @Test
  void aCommandAsLongAsTheBoundIsRead() {
    // Given
    byte[] data = new byte[SendStreamReader.LONGEST - 100];
    StreamBytes stream =
        new StreamBytes(2)
            .attribute(15, "f")
            .attribute(18, 0)
            .raw(new byte[] {19, 0})
            .raw(data)
            .command(15);
    // When
    SendCommand command = stream.reader().next();
    // Then
    assertThat(((SendCommand.Write) command).data().remaining()).isEqualTo(data.length);
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    // Given
    StreamBytes unknownCommand = new StreamBytes(2).attribute(15, "f").command(27);
    StreamBytes zero = new StreamBytes(1).command(0);
    StreamBytes noPath = new StreamBytes(1).command(11);
    StreamBytes twice = new StreamBytes(1).attribute(15, "f").attribute(15, "g").command(11);
    StreamBytes oddNumber = new StreamBytes(1).attribute(15, "f").attribute(4, "abc").command(17);
    StreamBytes negativeSize = new StreamBytes(1).attribute(15, "f").attribute(4, -1).command(17);
    StreamBytes beyond = new StreamBytes(1).raw(new byte[] {15, 0, 5, 0, 'a'}).command(11);
    // When
    List<Fault> faults =
        List.of(
            fault(unknownCommand),
            fault(zero),
            fault(noPath),
            fault(twice),
            fault(oddNumber),
            fault(negativeSize),
            fault(beyond));
    // Then
    assertThat(faults.subList(0, 2)).containsOnly(Fault.UNKNOWN_COMMAND);
    assertThat(faults.subList(2, 7)).containsOnly(Fault.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".", "a\0b"})
  void aPathThatLeadsElsewhereIsRefused(String path) {
    // Given
    StreamBytes stream = new StreamBytes(1).attribute(15, path).command(11);
    // When
    Fault fault = fault(stream);
    // Then
    assertThat(fault).isEqualTo(Fault.MALFORMED);
  }

  @Test
  void anotherFileOrVersionIsRefused() {
    // Given
    byte[] other = "certainly no stream of btrfs".getBytes(UTF_8);
    // When
    var notOne = catchThrowableOfType(SendStreamException.class, () -> all(other));
    var later =
        catchThrowableOfType(
            SendStreamException.class, () -> new StreamBytes(4).command(21).reader());
    // Then
    assertThat(notOne.fault()).isEqualTo(Fault.NOT_A_STREAM);
    assertThat(later.fault()).isEqualTo(Fault.UNKNOWN_VERSION);
  }

  /**
   * The check value of CRC-32C is that of the digits 1 to 9; ours begins at 0 and is not inverted.
   */
  @Test
  void theChecksumIsTheOneOfTheKernel() {
    // Given
    byte[] digits = "123456789".getBytes(UTF_8);
    CRC32C usual = new CRC32C();
    usual.update(digits);
    // When
    int crc = SendStreamReader.crc(digits, digits.length);
    // Then
    assertThat((int) usual.getValue()).isEqualTo(0xE3069283);
    assertThat(crc).isEqualTo(bitByBit(digits));
  }

  private static int bitByBit(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int i = 0; i < 8; i++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82F63B78;
      }
    }
    return crc;
  }

  private static Fault fault(StreamBytes stream) {
    return catchThrowableOfType(SendStreamException.class, () -> all(stream.bytes())).fault();
  }

  private static List<SendCommand> all(byte[] stream) {
    return all(new ByteArrayInputStream(stream));
  }

  private static List<SendCommand> all(InputStream stream) {
    List<SendCommand> commands = new ArrayList<>();
    new SendStreamReader(stream).forEachRemaining(commands::add);
    return commands;
  }

  private static byte[] uuid() {
    return ByteBuffer.allocate(16)
        .putLong(ID.getMostSignificantBits())
        .putLong(ID.getLeastSignificantBits())
        .array();
  }

  private static RelativePath path(String text) {
    return RelativePath.of(text);
  }

  private static ByteBuffer bytes(String text) {
    return UTF_8.encode(text);
  }

  private static byte[] recorded(String name) throws IOException {
    try (InputStream in = SendStreamReaderTest.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      return in.readAllBytes();
    }
  }
}
