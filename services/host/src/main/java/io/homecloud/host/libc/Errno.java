package io.homecloud.host.libc;

/**
 * Why the kernel refused, by the names of errno(3). A number that has no name here is {@link
 * #UNNAMED}. The numbers are the generic ones, equal on amd64 and arm64.
 */
public enum Errno {
  EPERM(1, "Operation not permitted"),
  ENOENT(2, "No such file or directory"),
  EINTR(4, "Interrupted"),
  EIO(5, "Input/output error"),
  ENXIO(6, "No such device or address"),
  E2BIG(7, "Argument list too long"),
  EBADF(9, "Bad file descriptor"),
  EAGAIN(11, "Try again"),
  ENOMEM(12, "Out of memory"),
  EACCES(13, "Permission denied"),
  ENOTBLK(15, "Block device required"),
  EBUSY(16, "Device or resource busy"),
  EEXIST(17, "File exists"),
  EXDEV(18, "Invalid cross-device link"),
  ENODEV(19, "No such device"),
  ENOTDIR(20, "Not a directory"),
  EISDIR(21, "Is a directory"),
  EINVAL(22, "Invalid argument"),
  ENFILE(23, "File table overflow"),
  EMFILE(24, "Too many open files"),
  ENOTTY(25, "Not a typewriter"),
  ETXTBSY(26, "Text file busy"),
  EFBIG(27, "File too large"),
  ENOSPC(28, "No space left on device"),
  EROFS(30, "Read-only file system"),
  EMLINK(31, "Too many links"),
  EPIPE(32, "Broken pipe"),
  ERANGE(34, "Result too large"),
  ENAMETOOLONG(36, "File name too long"),
  ENOSYS(38, "Function not implemented"),
  ENOTEMPTY(39, "Directory not empty"),
  ELOOP(40, "Too many symbolic links"),
  ENODATA(61, "No data available"),
  EOVERFLOW(75, "Value too large"),
  EOPNOTSUPP(95, "Operation not supported"),
  ENOBUFS(105, "No buffer space available"),
  ENOTCONN(107, "Not connected"),
  EINPROGRESS(115, "Operation in progress"),
  EUCLEAN(117, "Structure needs cleaning"),
  EDQUOT(122, "Disk quota exceeded"),
  ECANCELED(125, "Operation cancelled"),
  UNNAMED(0, "Unnamed error");

  private final int number;
  private final String text;

  Errno(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /** The name of what a {@link LibcCall} answered; the sign does not matter. */
  public static Errno of(long answer) {
    long wanted = Math.abs(answer);
    for (Errno errno : values()) {
      if (errno.number == wanted && errno != UNNAMED) {
        return errno;
      }
    }
    return UNNAMED;
  }

  public int number() {
    return number;
  }

  /** Whether this is why the kernel answered so. */
  public boolean is(long answer) {
    return answer == -number;
  }

  /** What strerror(3) says in English. */
  public String text() {
    return text;
  }
}
