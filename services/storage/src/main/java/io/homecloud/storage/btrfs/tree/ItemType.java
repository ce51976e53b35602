package io.homecloud.storage.btrfs.tree;

/** Types of items in the tree of a subvolume, and where in them is what (linux/btrfs_tree.h). */
public final class ItemType {
  public static final int INODE = 1;
  public static final int INODE_REF = 12;
  public static final int INODE_EXTREF = 13;
  public static final int XATTR = 24;
  public static final int DIR_INDEX = 96;
  public static final int EXTENT_DATA = 108;

  /** Object numbers of files; the top directory has the first. */
  public static final long FIRST_FILE = 256;

  public static final long LAST_FILE = -256;

  // struct btrfs_inode_item
  public static final int INODE_GENERATION = 0;
  public static final int INODE_CHANGED_IN = 8;
  public static final int INODE_SIZE = 16;
  public static final int INODE_LINKS = 40;
  public static final int INODE_MODE = 52;

  // struct btrfs_dir_item, one or more in an item of type XATTR or DIR_INDEX
  public static final int ENTRY_OBJECT = 0;
  public static final int ENTRY_OBJECT_TYPE = 8;
  public static final int ENTRY_DATA_LENGTH = 25;
  public static final int ENTRY_NAME_LENGTH = 27;
  public static final int ENTRY_NAME = 30;

  /** The generation in which an entry was written lies between these places. */
  public static final int ENTRY_GENERATION = 17;

  public static final int ENTRY_AFTER_GENERATION = 25;

  // struct btrfs_file_extent_item
  public static final int EXTENT_AFTER_GENERATION = 8;
  public static final int EXTENT_RAM_BYTES = 8;
  public static final int EXTENT_TYPE = 20;
  public static final int EXTENT_LENGTH = 45;
  public static final int EXTENT_INLINE = 0;

  private ItemType() {}
}
