package io.homecloud.storage.btrfs;

import io.homecloud.host.libc.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Finds the blocks of a chunk of which no copy is right, by verifying them as the kernel does. A
 * scrub only counts them, and the kernel's log names three files of two hundred: its messages are
 * limited to ten in five seconds.
 */
final class DamageSearch {
  /** Below the top of a metadata block: checksum, and the address it is written for. */
  private static final int NODE_CHECKSUM_ROOM = 32;

  private static final int NODE_ADDRESS = 48;

  /** A checksum item reaches at most this far: one block of metadata full of CRCs. */
  private static final long LONGEST_ITEM = 64L << 20;

  /** Enough to know that the disk is lost. */
  private static final int MOST_BLOCKS = 100_000;

  private final Descriptor pool;
  private final MemberReader reader;
  private final ChecksumKind kind;

  DamageSearch(Descriptor pool, MemberReader reader, ChecksumKind kind) {
    this.pool = pool;
    this.reader = reader;
    this.kind = kind;
  }

  /** Addresses of data that is lost, in order. */
  List<Long> data(Chunk chunk) {
    List<Long> suspects = verified(chunk);
    if (!suspects.isEmpty()) {
      // What was written meanwhile was compared with a checksum of before.
      suspects.retainAll(new HashSet<>(verified(chunk)));
    }
    return suspects;
  }

  private List<Long> verified(Chunk chunk) {
    List<Long> lost = new ArrayList<>();
    checksums(chunk, new Pieces(chunk, lost));
    return lost;
  }

  private void checksums(Chunk chunk, Pieces pieces) {
    new TreeSearch(
            TreeSearch.CHECKSUM_TREE,
            TreeSearch.CHECKSUMS,
            TreeSearch.CHECKSUMS,
            TreeSearch.CHECKSUM_ITEM,
            TreeSearch.CHECKSUM_ITEM,
            Math.max(0, chunk.start() - LONGEST_ITEM),
            chunk.end() - 1)
        .each(
            pool,
            item -> {
              ByteBuffer all = item.data().asByteBuffer();
              for (int i = 0; i < all.capacity() / kind.size(); i++) {
                long address = item.offset() + (long) i * kind.sector();
                if (address >= chunk.start() && address < chunk.end()) {
                  pieces.verify(address, all.slice(i * kind.size(), kind.size()));
                }
              }
            });
  }

  /** Verifies sectors in their order, reading the first copy in larger pieces. */
  private final class Pieces {
    private final Chunk chunk;
    private final List<Long> lost;
    private long pieceStart = -1;
    private Optional<ByteBuffer> piece = Optional.empty();

    Pieces(Chunk chunk, List<Long> lost) {
      this.chunk = chunk;
      this.lost = lost;
    }

    void verify(long address, ByteBuffer checksum) {
      long start = address - (address - chunk.start()) % Chunk.STRIPE;
      if (start != pieceStart) {
        int length = (int) Math.min(Chunk.STRIPE, chunk.end() - start);
        piece = reader.read(chunk.place(start, 0), length);
        pieceStart = start;
      }
      boolean good =
          piece
              .map(bytes -> bytes.slice((int) (address - start), kind.sector()))
              .filter(bytes -> kind.fits(bytes, checksum))
              .isPresent();
      for (int copy = 0; !good && copy < chunk.copies(); copy++) {
        good =
            reader
                .read(chunk.place(address, copy), kind.sector())
                .filter(bytes -> kind.fits(bytes, checksum))
                .isPresent();
      }
      if (!good && lost.size() < MOST_BLOCKS) {
        lost.add(address);
      }
    }
  }

  /** Whether a block of metadata is lost. */
  boolean metadata(Chunk chunk) {
    try {
      List<Long> suspects = blocks(chunk);
      suspects.removeIf(address -> hasGoodCopy(chunk, address));
      // One that is no block any more was freed and written over meanwhile.
      suspects.retainAll(blocks(chunk));
      return suspects.stream().anyMatch(address -> !hasGoodCopy(chunk, address));
    } catch (KernelRefused e) {
      if (e.errno() == Errno.EIO || e.errno() == Errno.EUCLEAN) {
        return true; // the lost one is on the way to the others
      }
      throw e;
    }
  }

  private List<Long> blocks(Chunk chunk) {
    List<Long> blocks = new ArrayList<>();
    new TreeSearch(
            TreeSearch.EXTENT_TREE,
            chunk.start(),
            chunk.end() - 1,
            TreeSearch.METADATA_ITEM,
            TreeSearch.METADATA_ITEM,
            0,
            -1)
        .each(pool, item -> blocks.add(item.object()));
    return blocks;
  }

  private boolean hasGoodCopy(Chunk chunk, long address) {
    for (int copy = 0; copy < chunk.copies(); copy++) {
      Optional<ByteBuffer> block = reader.read(chunk.place(address, copy), kind.node());
      if (block.filter(bytes -> isGood(bytes, address)).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private boolean isGood(ByteBuffer block, long address) {
    return block.order(ByteOrder.LITTLE_ENDIAN).getLong(NODE_ADDRESS) == address
        && kind.fits(
            block.slice(NODE_CHECKSUM_ROOM, kind.node() - NODE_CHECKSUM_ROOM),
            block.slice(0, kind.size()));
  }
}
