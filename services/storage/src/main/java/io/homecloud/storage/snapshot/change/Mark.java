package io.homecloud.storage.snapshot.change;

import io.homecloud.host.libc.FileType;
import java.util.EnumSet;
import java.util.Set;

/** What is noted of a node in one int. */
final class Mark {
  /** Said by the stream. */
  static final int WRITTEN = 1;

  static final int XATTRS = 1 << 1;
  static final int METADATA = 1 << 2;
  static final int TIMES = 1 << 3;

  /** Another name was made for its inode. */
  static final int LINKED = 1 << 4;

  /** A directory that was modified at another time. */
  static final int OTHER_TIME = 1 << 5;

  /** Found by looking at both sides; from here one bit for each {@link Aspect}. */
  private static final int ASPECTS = 8;

  static final int ALL_ASPECTS = 0xFF << ASPECTS;
  private static final int OLD_TYPE = 16;
  private static final int TYPE = 20;
  private static final int TYPE_MASK = 0xF;

  /** Of a mode, where its type begins. */
  private static final int MODE_TYPE = 12;

  /** The inode has several names, before or now. */
  static final int MANY_LINKS = 1 << 24;

  /** The older name became another one, or was made again; see {@link TouchedTree#origin}. */
  static final int MOVED_AWAY = 1 << 25;

  /** The older name and the newer have nothing to do with each other but the inode. */
  static final int SPLIT = 1 << 26;

  /** A wanted file that takes the place of another one; see {@link RollbackPlan}. */
  static final int REPLACED = 1 << 27;

  /** Is in the staging directory now. */
  static final int STAGED = 1 << 28;

  /** A directory whose entries were changed, and with them its times. */
  static final int ENTRIES = 1 << 29;

  private Mark() {}

  static int of(Aspect aspect) {
    return aspect.bit() << ASPECTS;
  }

  static Set<Aspect> aspects(int marks) {
    EnumSet<Aspect> aspects = EnumSet.noneOf(Aspect.class);
    for (Aspect aspect : Aspect.values()) {
      if ((marks & of(aspect)) != 0) {
        aspects.add(aspect);
      }
    }
    return aspects;
  }

  static int oldType(FileType type) {
    return type.bits() >>> MODE_TYPE << OLD_TYPE;
  }

  static int type(FileType type) {
    return type.bits() >>> MODE_TYPE << TYPE;
  }

  static FileType oldTypeOf(int marks) {
    return FileType.ofMode((marks >>> OLD_TYPE & TYPE_MASK) << MODE_TYPE);
  }

  static FileType typeOf(int marks) {
    return FileType.ofMode((marks >>> TYPE & TYPE_MASK) << MODE_TYPE);
  }
}
